import type { Plan, UndoFacts } from '../domain/plan/plan.ts';
import type { Site } from '../domain/site/site.ts';
import { oneLine } from '../domain/text/printable.ts';
import type { CommitInfo } from '../domain/version/commit.ts';

/** For a version in the title, in characters. */
const LONGEST_VERSION = 40;

export function titleOf(site: Site, plan: Plan): string {
  const { target, undo } = plan.facts;
  const where = `${oneLine(site.name)} (${site.environment})`;
  if (undo !== undefined) return undoTitle(where, plan, undo);
  if (target === null) return `Restore the database of ${where}`;
  const version = versionOf(target);
  return plan.facts.leftBehind.length > 0
    ? `Finish the rollback of ${where} to ${version}`
    : `Roll ${where} back to ${version}`;
}

function undoTitle(where: string, { facts }: Plan, { run }: UndoFacts): string {
  return facts.target === null
    ? `Undo ${run}: the database of ${where} back to before it`
    : `Undo ${run}: ${where} back to ${versionOf(facts.target)}`;
}

function versionOf({ tags, pin, commit }: CommitInfo): string {
  return oneLine(tags[0] ?? pin ?? commit.slice(0, 8), LONGEST_VERSION);
}
