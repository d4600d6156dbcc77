import { quote } from '../domain/text/shell.ts';

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
