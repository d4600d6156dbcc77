import { echo } from './echo.ts';
import { readOptions } from './options.ts';
import { type UsageProblem, usageProblem } from './problem.ts';
import type { Token } from './tokens.ts';
import { readRunOrSite } from './words.ts';

export interface UndoCommand {
  readonly kind: 'undo';
  /** A run's id, or a site, which stands for its newest run that changed it. */
  readonly what: string;
  readonly reason: string | null;
  readonly dryRun: boolean;
}

const EXAMPLE = 'Type, for example, `/rollback undo acme-kitchens-7`';

/** What follows `undo`. */
export function parseUndo(rest: readonly Token[]): UndoCommand | { readonly kind: 'help' } | UsageProblem {
  const options = readOptions(rest);
  if (options.kind === 'problem') return options;
  if (options.help) return { kind: 'help' };
  const [what, extra] = options.words;
  if (what === undefined)
    return usageProblem('`undo` needs the run to undo.', `${EXAMPLE}; \`/rollback status\` lists the runs.`);
  if (extra !== undefined)
    return usageProblem(
      `There is one word too many: ${echo(extra)}.`,
      `${EXAMPLE}; a reason goes after \`--reason\`.`,
    );
  if (options.mode !== null || options.backup !== null)
    return usageProblem(
      `\`undo\` has no option ${options.mode === null ? '`--backup`' : `\`--${options.mode}\``}: it brings back exactly what was there before that run.`,
      `${EXAMPLE}. Only \`--reason\` and \`--dry-run\` may follow.`,
    );
  const read = readRunOrSite(what, 'undo');
  if (read.kind === 'problem') return read;
  return { kind: 'undo', what: read.text, reason: options.reason, dryRun: options.dryRun };
}
