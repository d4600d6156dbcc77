import type { LocalSlack } from '../slack/local-slack.ts';

/** The people of the demo's workspace. Mia works for the client and sees only one channel. */
export const ALICE = 'U01ALICE';
export const BOB = 'U02BOB';
export const CAROL = 'U03CAROL';
export const DANA = 'U04DANA';
export const MIA = 'U05MIA';

export const OPS = 'C01OPS';
export const STATUS = 'C02ACMESTATUS';

export function populate(slack: LocalSlack): void {
  slack.addUser({ id: ALICE, name: 'alice', displayName: 'Alice', realName: 'Alice Moreau' });
  slack.addUser({ id: BOB, name: 'bob', displayName: 'Bob', realName: 'Bob Okafor' });
  slack.addUser({ id: CAROL, name: 'carol', displayName: 'Carol', realName: 'Carol Lindqvist' });
  slack.addUser({ id: DANA, name: 'dana', displayName: 'Dana', realName: 'Dana Petrov' });
  slack.addUser({ id: MIA, name: 'mia', displayName: 'Mia', realName: 'Mia Hartley (Acme Kitchens)' });
  slack.addChannel({ id: OPS, name: 'ops', members: [ALICE, BOB, CAROL, DANA] });
  slack.addChannel({ id: STATUS, name: 'acme-status', members: [ALICE, BOB, MIA] });
}

export function nameOf(slack: LocalSlack, user: string): string {
  return slack.users().find(({ id }) => id === user)?.displayName ?? user;
}
