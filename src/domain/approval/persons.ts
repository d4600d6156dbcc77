import type { Identity } from './identity.ts';

/** The accounts of people who have several, one list for each person. Nobody is in two lists. */
export type Accounts = readonly (readonly string[])[];

/** One account that stands for the person: the first of their list, or the account itself. */
export function personOf(id: string, accounts: Accounts = []): string {
  return accounts.find((own) => own.includes(id))?.[0] ?? id;
}

export function isSamePerson(a: string, b: string, accounts?: Accounts): boolean {
  return personOf(a, accounts) === personOf(b, accounts);
}

/** One account of each person, the first that the list names, in the order of the list. */
export function onePerPerson(ids: readonly string[], accounts?: Accounts): readonly string[] {
  const seen = new Set<string>();
  return ids.filter((id) => {
    const person = personOf(id, accounts);
    return !seen.has(person) && seen.add(person);
  });
}

/** The people behind these accounts, each by the account that stands for them. */
export function peopleOf(ids: readonly string[], accounts?: Accounts): readonly string[] {
  return [...new Set(ids.map((id) => personOf(id, accounts)))];
}

/** Those among `ids` who are none of `others`, under any of their accounts. */
export function otherPeople(
  ids: readonly string[],
  others: readonly string[],
  accounts?: Accounts,
): readonly string[] {
  return ids.filter((id) => !others.some((other) => isSamePerson(id, other, accounts)));
}

/** The same accounts, and more of them that belong together: lists that share an account become one. */
export function joined(accounts: Accounts, more: Accounts): Accounts {
  let known = accounts;
  for (const list of more) {
    const touching = known.filter((own) => own.some((id) => list.includes(id)));
    const one = [...new Set([...touching.flat(), ...list])];
    known = [...known.filter((own) => !touching.includes(own)), one];
  }
  return known;
}

/** Accounts with the same e-mail address, which its owner has confirmed, are one person's. */
export function sharedEmails(people: readonly Pick<Identity, 'id' | 'email'>[]): Accounts {
  const lists = new Map<string, Set<string>>();
  for (const { id, email } of people) {
    if (email === undefined || email === null) continue;
    const key = email.trim().toLowerCase();
    lists.set(key, new Set([...(lists.get(key) ?? []), id]));
  }
  return [...lists.values()].filter((list) => list.size > 1).map((list) => [...list]);
}
