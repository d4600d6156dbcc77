/**
 * One word for a POSIX shell, whatever it contains. Nothing is special between single quotes. A single quote itself ends the
 * quotes, follows escaped, and begins them again. Errors: throws on NUL, which no argument can contain.
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Error('a command word cannot hold a NUL character');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line from a list of arguments, with every word quoted. */
export function commandLine(argv: readonly string[]): string {
  return argv.map(quote).join(' ');
}

/**
 * A command line that runs a Python program with one JSON argument. The program is the argument of `-c`, so Python can't take
 * any of it for an option. `-I` isolates it from the site's modules and environment.
 */
export function pythonProgram(source: string, parameters: unknown): string {
  return commandLine(['python3', '-I', '-c', source, JSON.stringify(parameters)]);
}
