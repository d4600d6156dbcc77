import { describe, expect, it } from 'vitest';
import { accountsOf } from '../../../src/app/people/accounts.ts';
import { actingPeople } from '../../../src/app/people/acting-people.ts';
import { people } from '../../support/fakes/people.ts';
import { site } from '../../support/story/site.ts';

describe('the accounts of one person', () => {
  it('are those of the configuration, and those with one confirmed address', async () => {
    const slack = people({ U1: { email: 'a@example.com' }, U2: { email: 'A@example.com' }, U3: {} });

    expect(await accountsOf(slack, ['U1', 'U2', 'U3'], [['U3', 'U4']])).toEqual([
      ['U3', 'U4'],
      ['U1', 'U2'],
    ]);
  });

  it('are found by way of an account that has nothing to do with this', async () => {
    const slack = people({ U1: { email: 'a@example.com' }, U9: { email: 'a@example.com' } });

    expect(await accountsOf(slack, ['U1', 'U2'], [['U2', 'U9']])).toEqual([['U2', 'U9', 'U1']]);
  });

  it('are unknown if Slack does not say who one of them is', async () => {
    expect(await accountsOf(people({ U2: null }), ['U1', 'U2'])).toBeNull();
  });

  it('need nobody beside them who is no longer in Slack: the configuration still says whose that was', async () => {
    expect(await accountsOf(people({ U9: null }), ['U1'], [['U1', 'U9']])).toEqual([['U1', 'U9']]);
  });
});

describe('who could act', () => {
  const where = site({ requesters: ['U9'], approvers: ['S1'], accounts: [['U1', 'U9']] });

  it('is counted by people, the same for both lists', async () => {
    const slack = people(
      { U2: { email: 'b@example.com' }, U3: { email: 'b@example.com' } },
      { S1: ['U1', 'U2', 'U3'] },
    );

    expect(await actingPeople(slack, where, null)).toEqual({ requesters: ['U1'], approvers: ['U1', 'U2'] });
  });

  it('leaves out whoever may not act, and is unknown if Slack does not answer', async () => {
    expect(await actingPeople(people({ U2: { guest: true } }, { S1: ['U2', 'U4'] }), where, null)).toEqual({
      requesters: ['U1'],
      approvers: ['U4'],
    });
    expect(await actingPeople(people({}, { S1: null }), where, null)).toBeNull();
  });
});
