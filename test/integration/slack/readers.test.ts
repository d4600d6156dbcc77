import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import { startTeam } from '../../sandbox/slack/support.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { ALICE, BOB, request, site, T } from '../../support/story/site.ts';
import { type ListeningBot, startListening } from './listening-bot.ts';

const OPS = 'C01OPS';
/** A full member who has no part in any site. */
const MEMBER = 'U05MEMBER';
/** Another one, in the user group that may read about birch-bakery. */
const STAFF = 'U06STAFF';
/** Named nowhere but in `escalation` of cedar-clinic. */
const CONTACT = 'U07CONTACT';
const GUEST = 'U08GUEST';
const STRANGER = 'U09STRANGER';
const BOT = 'U10BOT';

/** Open to all members. */
const ACME = site({ channel: OPS });
/** Only for a user group, and for those who have a part in it. */
const BIRCH = site({ slug: 'birch-bakery', name: 'Birch Bakery', channel: OPS, readers: ['S02STAFF'] });
/** Only for those who have a part in it: another one has the staging environment of the same name. */
const CEDAR = site({
  slug: 'cedar-clinic',
  name: 'Cedar Clinic',
  channel: OPS,
  requesters: [ALICE],
  approvers: [],
  operators: [],
  escalation: [CONTACT],
  readers: [],
});
const CEDAR_STAGING = site({
  slug: 'cedar-clinic',
  environment: 'staging',
  name: 'Cedar Clinic',
  readers: 'members',
});

let slack: LocalSlack;

let bot: ListeningBot;

let asked: string[];

beforeEach(async () => {
  slack = await startTeam();
  for (const id of [MEMBER, STAFF, CONTACT]) slack.addUser({ id });
  slack.addUser({ id: GUEST, kind: 'restricted' });
  slack.addUser({ id: STRANGER, kind: 'stranger' });
  slack.addUser({ id: BOT, kind: 'bot' });
  for (const id of [MEMBER, STAFF, CONTACT, GUEST, STRANGER, BOT]) slack.invite(OPS, id);
  slack.addGroup({ id: 'S02STAFF', members: [STAFF, GUEST] });
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  const sites = [ACME, BIRCH, CEDAR, CEDAR_STAGING];
  for (const one of [...sites, site({ slug: 'gone-site' })])
    await store.begin(`${one.slug}@${one.environment}`, one.slug, `${one.slug} ${one.environment}`, {
      type: 'requested',
      request: request({ site: `${one.slug}@${one.environment}`, reason: `secret of ${one.name}` }),
    });
  asked = [];
  const counted = (name: 'read' | 'recent' | 'recentOn' | 'active' | 'activeOn' | 'begin') => {
    const real = store[name] as (...words: readonly unknown[]) => Promise<never>;
    return {
      [name]: (...words: readonly unknown[]) => {
        asked.push(name);
        return real(...words);
      },
    };
  };
  const watched = (['read', 'recent', 'recentOn', 'active', 'activeOn', 'begin'] as const).map(counted);
  bot = await startListening(slack, {
    store: Object.assign({ ...store }, ...watched),
    inventory: inventory(...sites),
    clock,
  });
});

afterEach(async () => {
  await bot.stop();
  await slack.close();
});

async function answerTo(person: string, text: string): Promise<string> {
  const since = slack.mark();
  await slack.as(person).command(OPS, `/rollback ${text}`);
  const message = await slack.waitForMessage((one) => one.ephemeralFor === person, { since });
  return plainText(message);
}

/** Every command whose answer has something of runs in it. */
const READING = [
  'status',
  'status acme-kitchens',
  'status acme-kitchens-1',
  'status no-such-site',
  'history',
  'history acme-kitchens',
  'sites',
  'cancel acme-kitchens',
  'cancel acme-kitchens-1',
  'cancel birch-bakery',
];

describe.each(READING)('/rollback %s', (text) => {
  it.each([
    [GUEST, ':no_entry: A guest account cannot read about rollbacks.', 'identity-guest'],
    [
      STRANGER,
      ':no_entry: An account of another workspace cannot read about rollbacks.',
      'identity-stranger',
    ],
    [BOT, ':no_entry: A bot cannot read about rollbacks.', 'identity-bot'],
  ])('tells %s nothing, for one question to Slack and none to the record', async (person, sentence, code) => {
    expect(await answerTo(person, text)).toBe(`${sentence}\nAsk a full member of this workspace.\n_${code}_`);
    expect(bot.calls).toEqual(['users.info']);
    expect(asked).toEqual([]);
  });

  it('tells nobody anything if Slack does not say who asks', async () => {
    slack.fail('users.info', { error: 'internal_error', times: 9 });

    expect(await answerTo(MEMBER, text)).toBe(
      ':no_entry: Slack did not say who you are.\nTry again in a minute.\n_identity-unknown_',
    );
  });
});

describe('a site that is not for all members', () => {
  it.each(['status birch-bakery', 'status birch-bakery-2', 'history birch-bakery', 'cancel birch-bakery-2'])(
    '/rollback %s is refused to a member who has no part in it',
    async (text) => {
      const answer = await answerTo(MEMBER, text);

      expect(answer).toBe(
        ':no_entry: You may not read about the rollbacks of Birch Bakery.\nAsk someone who may, or have yourself added to the readers in the configuration.\nWho can do it: <!subteam^S02STAFF> <@U01ALICE> <@U02BOB>\n_requester-not-allowed_',
      );
    },
  );

  it.each([
    ['status birch-bakery', STAFF],
    ['history birch-bakery', STAFF],
    ['status birch-bakery', BOB],
    ['status cedar-clinic@production', CONTACT],
    ['status cedar-clinic-3', CONTACT],
    ['status cedar-clinic@staging', MEMBER],
    // Of the two of this name, this person may read about one.
    ['status cedar-clinic', MEMBER],
  ])('/rollback %s is answered for %s', async (text, person) => {
    const answer = await answerTo(person, text);

    expect(answer).not.toContain(':no_entry:');
    expect(answer).toContain('being planned');
  });

  it.each<[string, readonly string[]]>([
    [MEMBER, ['acme-kitchens-1', 'cedar-clinic-4']],
    [STAFF, ['acme-kitchens-1', 'birch-bakery-2', 'cedar-clinic-4']],
    [CONTACT, ['acme-kitchens-1', 'cedar-clinic-3', 'cedar-clinic-4']],
    // Whoever may read about every site may also read about one that is no longer in the configuration.
    [ALICE, ['acme-kitchens-1', 'birch-bakery-2', 'cedar-clinic-3', 'cedar-clinic-4', 'gone-site-5']],
  ])('lists without a site have only what %s may read', async (person, runs) => {
    for (const text of ['status', 'history']) {
      const found = (await answerTo(person, text)).matchAll(/(?<=^|\W)[a-z]+-[a-z]+-\d+/gm);
      expect([...new Set([...found].map(([id]) => id))].toSorted()).toEqual(runs);
    }
    const named = (await answerTo(person, 'sites')).match(/\d+ is under way|[a-z]+-[a-z]+-\d+ is under way/g);
    expect(named?.map((one) => one.replace(' is under way', '')).toSorted()).toEqual(
      runs.filter((run) => run !== 'gone-site-5'),
    );
  });

  it.each<[string, string]>([
    [MEMBER, ':no_entry: You may not read about gone-site-5: its site is no longer in the configuration.'],
    [ALICE, 'gone-site-5'],
  ])(
    'a run of a site that is no longer in the configuration is for whoever may read about all: %s',
    async (person, said) => {
      expect(await answerTo(person, 'status gone-site-5')).toContain(said);
    },
  );
});

describe('who may not ask', () => {
  it.each([
    'acme-kitchens v0.5.0',
    'acme-kitchens v0.5.0 --dry-run',
    'acme-kitchens',
    '',
    'undo acme-kitchens',
  ])('/rollback %s costs no question to Slack, not even about the channel', async (text) => {
    const answer = await answerTo(MEMBER, text);

    expect(answer).toContain(
      `:no_entry: You may not ask for a rollback of ${text === '' ? 'any site' : 'Acme Kitchens'}.`,
    );
    expect(bot.calls).toEqual([]);
    expect(asked.filter((name) => name !== 'read')).toEqual([]);
    expect(slack.as(MEMBER).openModals()).toEqual([]);
  });

  it('is refused before Slack is asked about the channel, also if Slack has to say who is in a group', async () => {
    slack.addGroup({ id: 'S03OTHERS', members: [BOB] });
    expect(await answerTo(GUEST, 'acme-kitchens v0.5.0')).toContain('You may not ask');
    expect(bot.calls).not.toContain('conversations.info');
  });

  it('the form shows only the sites that its person may ask for', async () => {
    const since = slack.mark();
    await slack.as(BOB).command(OPS, '/rollback');
    const modal = await slack.waitForModal(BOB, () => true, { since });

    expect(JSON.stringify(modal.view)).toContain('birch-bakery@production');
    expect(JSON.stringify(modal.view)).not.toContain('cedar-clinic@production');
  });
});

describe('a flood', () => {
  it('of one person is answered ten times, told once and then ignored, and nobody else waits', async () => {
    const since = slack.mark();
    for (let n = 0; n < 40; n += 1) await slack.as(MEMBER).command(OPS, '/rollback status');
    await slack.waitForMessage(
      (one) => one.ephemeralFor === MEMBER && plainText(one).includes('too many commands'),
      { since },
    );
    expect(await answerTo(BOB, 'status')).toContain('Under way');

    const answers = slack.as(MEMBER).ephemerals(OPS).map(plainText);
    expect(answers).toHaveLength(11);
    expect(answers.filter((text) => text.includes('Under way'))).toHaveLength(10);
    expect(answers.filter((text) => !text.includes('Under way'))).toEqual([
      ':no_entry: Nothing was done: you have sent too many commands in a short time. Wait ten seconds, then type this one again.',
    ]);
    expect(bot.calls.filter((method) => method === 'users.info')).toHaveLength(11);
    expect(asked.filter((name) => name === 'active')).toHaveLength(11);
  });

  it('of clicks is told once, and leaves the commands of the same person alone', async () => {
    const value = JSON.stringify({ run: 'acme-kitchens-1', digest: null });
    const elements = [
      { type: 'button', action_id: 'cancel', text: { type: 'plain_text', text: 'Cancel' }, value } as const,
    ];
    const { ts = '' } = await bot.app.client.chat.postMessage({
      channel: OPS,
      text: 'a run',
      blocks: [{ type: 'actions', elements }],
    });
    const since = slack.mark();
    for (let n = 0; n < 30; n += 1) await slack.as(MEMBER).click(ts, 'Cancel');
    await slack.waitForMessage(
      (one) => one.ephemeralFor === MEMBER && plainText(one).includes('too many buttons'),
      { since },
    );

    expect(await answerTo(MEMBER, 'sites')).toContain('acme-kitchens');
    const answers = slack.as(MEMBER).ephemerals(OPS).map(plainText);
    expect(answers.filter((text) => text.includes('You may not cancel'))).toHaveLength(10);
    expect(answers.filter((text) => text.includes('too many buttons'))).toHaveLength(1);

    // The requester's own click counts for the requester alone.
    const before = slack.mark();
    await slack.as(ALICE).click(ts, 'Cancel');
    const done = await slack.waitForMessage((one) => one.ephemeralFor === ALICE, { since: before });
    expect(plainText(done)).toContain('You cancelled acme-kitchens-1.');
  });
});
