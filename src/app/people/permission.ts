import { identityProblem, type Purpose } from '../../domain/approval/identity.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { People } from '../ports/people.ts';

/** Users and user groups, or every full member of the workspace. */
export type Allowed = 'members' | readonly string[];

function isGroup(id: string): boolean {
  return id.startsWith('S');
}

/** Ids of everyone on a list of users and user groups, asked now; null if Slack can't say. */
export async function membersOf(
  people: People,
  list: readonly string[],
): Promise<ReadonlySet<string> | null> {
  const members = await Promise.all(
    list.map((id) => (isGroup(id) ? people.groupMembers(id) : Promise.resolve([id]))),
  );
  const known = members.filter((ids) => ids !== null);
  return known.length === members.length ? new Set(known.flat()) : null;
}

/**
 * For each list whether this person is on it, by id and at this moment; or why this person may do nothing of the kind. Asks
 * Slack nothing if the configuration alone says no, and about each group once. If Slack does not answer, the answer is no.
 */
export async function onLists(
  people: People,
  userId: string,
  lists: readonly Allowed[],
  purpose: Purpose,
): Promise<readonly boolean[] | Refusal> {
  const isNamed = (list: Allowed) => list === 'members' || list.includes(userId);
  const groupsOf = (list: Allowed) =>
    list === 'members' || list.includes(userId) ? [] : list.filter(isGroup);
  if (!lists.some((list) => isNamed(list) || groupsOf(list).length > 0)) return lists.map(() => false);
  const problem = identityProblem(await people.identity(userId), people.ourTeam, purpose);
  if (problem) return problem;
  const groups = [...new Set(lists.flatMap(groupsOf))];
  const members = await Promise.all(groups.map((group) => people.groupMembers(group)));
  const isIn = (group: string) => members[groups.indexOf(group)]?.includes(userId) === true;
  const on = lists.map((list) => isNamed(list) || groupsOf(list).some(isIn));
  return members.includes(null) && !on.includes(true)
    ? refusal(
        'identity-unknown',
        "Slack isn't saying who may do this, so the bot can't check.",
        'Try again in a minute.',
      )
    : on;
}

/** May this person do this here? null: yes. */
export async function permission(
  people: People,
  userId: string,
  list: readonly string[],
  doing: { readonly may: string; readonly key: string },
): Promise<Refusal | null> {
  const on = await onLists(people, userId, [list], 'act');
  if ('code' in on) return on;
  return on.includes(true) ? null : notAllowed(list, doing);
}

/** What people read who are not on a list, with those who are. */
export function notAllowed(
  list: readonly string[],
  { may, key }: { readonly may: string; readonly key: string },
): Refusal {
  const sentence = `You may not ${may}.`;
  return list.length === 0
    ? refusal(
        'requester-not-allowed',
        sentence,
        `Nobody may: add someone to the ${key} of this site in the configuration.`,
      )
    : {
        ...refusal(
          'requester-not-allowed',
          sentence,
          `Ask someone who may, or have yourself added to the ${key} in the configuration.`,
        ),
        mayInstead: [...new Set(list)],
      };
}
