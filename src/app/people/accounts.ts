import type { Identity } from '../../domain/approval/identity.ts';
import { type Accounts, joined, sharedEmails } from '../../domain/approval/persons.ts';
import type { People } from '../ports/people.ts';

/**
 * Which accounts belong to one person, among these and those that the configuration names beside them: by the configuration,
 * and by the e-mail addresses that Slack knows now. null if Slack can't say who one of these is.
 */
export async function accountsOf(
  people: People,
  ids: readonly string[],
  configured: Accounts = [],
): Promise<Accounts | null> {
  const lists = configured.filter((list) => list.some((id) => ids.includes(id)));
  const [these, beside] = await Promise.all([
    identitiesOf(people, new Set(ids)),
    identitiesOf(people, new Set(lists.flat().filter((id) => !ids.includes(id)))),
  ]);
  if (these.includes(null)) return null;
  // An account beside them that is no longer in Slack must not keep its person from approving: the list still holds.
  const known = [...these, ...beside].filter((one) => one !== null);
  return joined(configured, sharedEmails(known));
}

function identitiesOf(people: People, ids: ReadonlySet<string>): Promise<readonly (Identity | null)[]> {
  return Promise.all([...ids].map((id) => people.identity(id)));
}
