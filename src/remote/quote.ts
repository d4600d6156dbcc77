/**
 * One word for a POSIX shell, whatever it holds. Single quotes switch everything off; a single quote itself is closed,
 * escaped and opened again. Errors: throws on NUL, which no argument can carry.
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Error('a command word cannot hold a NUL character');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** An argument list as one command line, every word quoted. */
export function commandLine(argv: readonly string[]): string {
  return argv.map(quote).join(' ');
}

/**
 * A Python program with one JSON argument. It is an argument of `-c`, so nothing in it can be read as an option, and it
 * runs isolated from the site's own modules and environment.
 */
export function pythonProgram(source: string, parameters: unknown): string {
  return commandLine(['python3', '-I', '-c', source, JSON.stringify(parameters)]);
}
