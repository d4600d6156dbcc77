import {
  type Migration,
  type MigrationFindings,
  type MigrationVerdict,
  someLabels,
  traitsOf,
} from '../database/migrations.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { Mode } from './mode.ts';

export type ModeDecision =
  | {
      readonly kind: 'mode';
      readonly mode: Mode;
      readonly why: string;
      /** Applied migrations that the target does not know. They stay, because it cannot notice them. */
      readonly staying?: readonly Migration[];
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Which of the runbook's three ways to take. "Can't tell" never becomes code-only. Whoever names a backup wants it restored.
 * `live`: the live code's migrations.
 */
export function decideMode(
  asked: Mode | null,
  verdict: MigrationVerdict,
  live: MigrationFindings['live'] = [],
  isBackupNamed = false,
): ModeDecision {
  const wantsRestore = asked === 'full' || (asked === null && isBackupNamed);
  if (asked === 'database-only') return { kind: 'mode', mode: asked, why: '--database-only was asked for' };
  switch (verdict.kind) {
    case 'cannot-tell':
      return refusedMode(
        'cannot-tell-migrations',
        `Can't tell whether migrations ran: ${verdict.why}.`,
        'The bot changes nothing on a guess. Find out on the host, or roll back by hand.',
      );
    case 'applied':
      return asked === 'code-only'
        ? codeOnly(verdict.unwanted, live)
        : {
            kind: 'mode',
            mode: 'full',
            why: `the database has ${someLabels(verdict.unwanted)}, which the target does not know`,
          };
    case 'behind':
      if (asked === 'code-only' && verdict.unwanted.length > 0) return codeOnlyUnsafe(verdict.unwanted, live);
      return wantsRestore || (asked === null && verdict.unwanted.length > 0)
        ? {
            kind: 'mode',
            mode: 'full',
            why: `the database does not have ${someLabels(verdict.missing)}, which the target needs`,
          }
        : refusedMode(
            'target-ahead-of-database',
            `The target needs ${someLabels(verdict.missing)}, which the database does not have.`,
            'That is an upgrade, not a rollback: follow the upgrade runbook. If a backup fits the target, ask with --full.',
          );
    case 'none':
      return wantsRestore
        ? {
            kind: 'mode',
            mode: 'full',
            why: `${asked === 'full' ? '--full' : '--backup'} was asked for, although no migration makes it necessary`,
          }
        : {
            kind: 'mode',
            mode: 'code-only',
            why: 'the target knows every migration that has run',
          };
  }
}

/** A second person may let migrations stay that old code cannot notice. Others lose data while the site looks healthy. */
function codeOnly(unwanted: readonly Migration[], live: MigrationFindings['live']): ModeDecision {
  return traitsOf(unwanted, live)?.harmless
    ? {
        kind: 'mode',
        mode: 'code-only',
        why: `--code-only was asked for, and ${someLabels(unwanted)} can stay, because code that does not know it won't notice it`,
        staying: unwanted,
      }
    : codeOnlyUnsafe(unwanted, live);
}

function codeOnlyUnsafe(unwanted: readonly Migration[], live: MigrationFindings['live']): ModeDecision {
  const byHand = traitsOf(unwanted, live)?.reversible
    ? ' Django can reverse it: by hand, with manage.py migrate in the live environment. The bot does not do that.'
    : '';
  return refusedMode(
    'code-only-unsafe',
    `The database has ${someLabels(unwanted)}, which the target does not know. Old code would look healthy on it and lose data.`,
    `Leave --code-only out: the database has to be restored as well.${byHand}`,
  );
}

function refusedMode(...words: Parameters<typeof refusal>): ModeDecision {
  return { kind: 'refused', refusal: refusal(...words) };
}
