import { identityProblem } from '../../domain/approval/identity.ts';
import type { ActingPeople } from '../../domain/readiness/approvers.ts';
import type { Site } from '../../domain/site/site.ts';
import type { People } from '../ports/people.ts';
import { membersOf } from './permission.ts';

/** Who could act for a site today, asked now; null if Slack can't say. */
export async function actingPeople(
  people: People,
  site: Pick<Site, 'requesters' | 'approvers'>,
): Promise<ActingPeople | null> {
  const [requesters, approvers] = await Promise.all([
    activeOf(people, site.requesters),
    activeOf(people, site.approvers),
  ]);
  return requesters === null || approvers === null ? null : { requesters, approvers };
}

async function activeOf(people: People, list: readonly string[]): Promise<readonly string[] | null> {
  const members = await membersOf(people, list);
  if (members === null) return null;
  const active: string[] = [];
  // One after the other: Slack limits these calls, and nobody waits for them.
  for (const id of members) {
    const identity = await people.identity(id);
    if (identity === null) return null;
    if (identityProblem(identity, people.ourTeam) === null) active.push(id);
  }
  return active;
}
