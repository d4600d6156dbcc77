import { factorWanted } from '../../domain/plan/factor-wanted.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import { DAMAGED, type Factors } from '../ports/factors.ts';

/** Ids of everyone who could show a code. */
export async function enrolledPeople(factors: Pick<Factors, 'all'>): Promise<ReadonlySet<string>> {
  const all = await factors.all();
  return new Set(
    [...all].flatMap(([person, found]) => (found !== DAMAGED && found.kind === 'enrolled' ? [person] : [])),
  );
}

/** In these a run may ask approvers. */
const ASKING: readonly Run['state'][] = ['awaiting-build-approval', 'awaiting-approval', 'needs-decision'];

/** The approvers, by the names of the configuration, who can't approve this run, because it needs a second factor. */
export async function unenrolledApprovers(
  factors: Pick<Factors, 'all'>,
  { plan, state }: Run,
  site: Site,
): Promise<readonly string[]> {
  if (!ASKING.includes(state) || factorWanted(plan, site) === undefined) return [];
  const enrolled = await enrolledPeople(factors);
  // Who is in a group, only Slack knows.
  return site.approvers.filter((id) => !id.startsWith('S') && !enrolled.has(id));
}
