import { programText } from './program-text.ts';
import { commandLine } from './quote.ts';
import { runDirectory } from './run-commands.ts';

/** Where deploy scripts look for the names of versions that should not go onto the site. */
export function quarantineDirectory(root: string): string {
  return `${root}/.rollback-bot/quarantine`;
}

export interface QuarantineWish {
  readonly run: string;
  /** What each file says of the run, with tabs: run, moment, words. */
  readonly line: string;
  readonly names: readonly string[];
}

export function quarantineCommand(root: string, { run, line, names }: QuarantineWish): string {
  return quarantine('place', root, run, line, ...names);
}

export function liftQuarantineCommand(root: string, run: string): string {
  return quarantine('lift', root, run);
}

function quarantine(verb: 'place' | 'lift', root: string, run: string, ...rest: readonly string[]): string {
  const words = [verb, quarantineDirectory(root), runDirectory(root, run), run, ...rest];
  return commandLine(['sh', '-c', programText('control/quarantine.sh'), 'quarantine.sh', ...words]);
}
