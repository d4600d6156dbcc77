import { type Identity, identityProblem } from '../../domain/approval/identity.ts';
import { joined, peopleOf, sharedEmails } from '../../domain/approval/persons.ts';
import type { ActingPeople } from '../../domain/readiness/approvers.ts';
import type { Site } from '../../domain/site/site.ts';
import { enrolledPeople } from '../factor/unenrolled.ts';
import type { Factors } from '../ports/factors.ts';
import type { People } from '../ports/people.ts';
import { membersOf } from './permission.ts';

/** Who could act for a site today, asked now, one account of each person; null if Slack can't say. `factors` null: nobody can say who has a second factor. */
export async function actingPeople(
  people: People,
  {
    requesters,
    approvers,
    accounts,
    approval,
  }: Pick<Site, 'requesters' | 'approvers' | 'accounts' | 'approval'>,
  factors: Pick<Factors, 'all'> | null,
): Promise<ActingPeople | null> {
  const [asking, approving] = await Promise.all([activeOf(people, requesters), activeOf(people, approvers)]);
  if (asking === null || approving === null) return null;
  const one = joined(accounts ?? [], sharedEmails([...asking, ...approving]));
  const idsOf = (list: readonly Identity[]) =>
    peopleOf(
      list.map(({ id }) => id),
      one,
    );
  const acting = { requesters: idsOf(asking), approvers: idsOf(approving) };
  if (approval.factor === undefined || factors === null) return acting;
  const enrolled = await enrolledPeople(factors);
  return { ...acting, enrolled: idsOf(approving.filter(({ id }) => enrolled.has(id))) };
}

async function activeOf(people: People, list: readonly string[]): Promise<readonly Identity[] | null> {
  const members = await membersOf(people, list);
  if (members === null) return null;
  const active: Identity[] = [];
  // One after the other: Slack limits these calls, and nobody waits for them.
  for (const id of members) {
    const identity = await people.identity(id);
    if (identity === null) return null;
    if (identityProblem(identity, people.ourTeam) === null) active.push(identity);
  }
  return active;
}
