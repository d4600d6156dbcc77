import { type Identity, identityProblem } from '../../domain/approval/identity.ts';
import { joined, peopleOf, sharedEmails } from '../../domain/approval/persons.ts';
import type { ActingPeople } from '../../domain/readiness/approvers.ts';
import type { Site } from '../../domain/site/site.ts';
import type { People } from '../ports/people.ts';
import { membersOf } from './permission.ts';

/** Who could act for a site today, asked now, one account of each person; null if Slack can't say. */
export async function actingPeople(
  people: People,
  { requesters, approvers, accounts }: Pick<Site, 'requesters' | 'approvers' | 'accounts'>,
): Promise<ActingPeople | null> {
  const [asking, approving] = await Promise.all([activeOf(people, requesters), activeOf(people, approvers)]);
  if (asking === null || approving === null) return null;
  const one = joined(accounts ?? [], sharedEmails([...asking, ...approving]));
  const idsOf = (list: readonly Identity[]) =>
    peopleOf(
      list.map(({ id }) => id),
      one,
    );
  return { requesters: idsOf(asking), approvers: idsOf(approving) };
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
