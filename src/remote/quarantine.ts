import { quarantineDirectory, runDirectory } from './paths.ts';
import { programText } from './program-text.ts';
import { commandLine } from './quote.ts';

export interface QuarantineRequest {
  readonly run: string;
  /** The line about this run in each file, separated by tabs: run, time, reason. */
  readonly line: string;
  /** Every name of the version: each one is a file. */
  readonly names: readonly string[];
}

export function quarantineCommand(root: string, { run, line, names }: QuarantineRequest): string {
  return quarantine('place', root, run, line, ...names);
}

export function liftQuarantineCommand(root: string, run: string): string {
  return quarantine('lift', root, run);
}

function quarantine(verb: 'place' | 'lift', root: string, run: string, ...rest: readonly string[]): string {
  const words = [verb, quarantineDirectory(root), runDirectory(root, run), run, ...rest];
  return commandLine(['sh', '-c', programText('control/quarantine.sh'), 'quarantine.sh', ...words]);
}
