import { identityProblem } from '../../domain/approval/identity.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { People } from '../ports/people.ts';

/** Ids of everyone on a list of users and user groups, asked now; null if Slack can't say. */
export async function membersOf(
  people: People,
  list: readonly string[],
): Promise<ReadonlySet<string> | null> {
  const members = await Promise.all(
    list.map((id) => (id.startsWith('S') ? people.groupMembers(id) : Promise.resolve([id]))),
  );
  const known = members.filter((ids) => ids !== null);
  return known.length === members.length ? new Set(known.flat()) : null;
}

/** May this person do this here? Checked by id, at this moment. If Slack does not answer, the answer is no. */
export async function permission(
  people: People,
  userId: string,
  list: readonly string[],
  doing: { readonly may: string; readonly key: string },
): Promise<Refusal | null> {
  const identity = await people.identity(userId);
  const problem = identityProblem(identity, people.ourTeam);
  if (problem) return problem;
  const members = await membersOf(people, list);
  if (members === null)
    return refusal(
      'identity-unknown',
      "Slack isn't saying who may do this, so the bot can't check.",
      'Try again in a minute.',
    );
  if (members.has(userId)) return null;
  const sentence = `You may not ${doing.may}.`;
  return list.length === 0
    ? refusal(
        'requester-not-allowed',
        sentence,
        `Nobody may: add someone to \`${doing.key}\` of this site in the configuration.`,
      )
    : {
        ...refusal(
          'requester-not-allowed',
          sentence,
          `Ask someone who may, or have yourself added to \`${doing.key}\` in the configuration.`,
        ),
        mayInstead: [...new Set(list)],
      };
}
