import { WebClient } from '@slack/web-api';
import { afterEach, expect, test } from 'vitest';
import type { LocalSlack } from '../../../sandbox/slack/local-slack.ts';
import { accountsOf } from '../../../src/app/people/accounts.ts';
import { slackPeople } from '../../../src/slack/client/people.ts';
import { startTeam } from '../../sandbox/slack/support.ts';

const [BOB, ADMIN, CLAIMED] = ['U02BOB', 'U03ADMIN', 'U04CLAIMED'];

let slack: LocalSlack;

afterEach(async () => {
  await slack.close();
});

async function accountsIn(scopes?: readonly string[]) {
  slack = await startTeam(scopes === undefined ? {} : { scopes });
  slack.addUser({ id: ADMIN, email: 'BOB@Example.com' });
  slack.addUser({ id: CLAIMED, email: 'bob@example.com', emailConfirmed: false });
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const people = slackPeople(client, slack.teamId, (error) => {
    throw error;
  });
  return accountsOf(people, [BOB, ADMIN, CLAIMED]);
}

test('accounts with one confirmed address are one person’s, and nobody can claim an address', async () => {
  expect(await accountsIn()).toEqual([[BOB, ADMIN]]);
});

test('without the right to see addresses, none are known', async () => {
  expect(await accountsIn(['users:read'])).toEqual([]);
});
