import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import type { Run } from '../../../src/domain/run.ts';
import { createApp, listen } from '../../../src/slack/app.ts';
import { startTeam } from '../../sandbox/slack/support.ts';
import { ALICE, BOB, site, T } from '../../support/builders.ts';
import {
  clockAt,
  inventory,
  type MemoryStore,
  memoryStore,
  people,
  signer,
  wakeups,
} from '../../support/fakes.ts';

const OPS = 'C01OPS';
/** A channel without the bot. */
const LOUNGE = 'C02LOUNGE';
/** A message of three people, as Slack names one. */
const GROUP = 'C03GROUP';

const ACME = site();
const BIRCH = site({ slug: 'birch-bakery', name: 'Birch Bakery', channel: OPS });
const CEDAR = ['production', 'staging'] as const;
const SITES = [
  ACME,
  BIRCH,
  ...CEDAR.map((environment) => site({ slug: 'cedar-clinic', name: 'Cedar Clinic', environment })),
];

const NOT_IN_LOUNGE =
  ':wave: I am not in <#C02LOUNGE>, so nobody would see the plan. Nothing was started. Type `/invite @rollback-bot` there, then the command again.';
const IN_A_CHANNEL = ':no_entry: Type this in a channel: others have to see the plan and approve it.';

let slack: LocalSlack;
let app: App;
let store: MemoryStore;
let troubles: unknown[];
/** What a worker would do when it is woken. */
let work: (run: Run) => Promise<unknown>;

beforeEach(async () => {
  slack = await startTeam();
  slack.addChannel({ id: GROUP, name: 'mpdm-alice--bob--carol-1', members: [ALICE, BOB], bot: false });
  const clock = clockAt(T.decided);
  store = memoryStore(clock);
  troubles = [];
  work = async () => undefined;
  app = createApp({
    botToken: slack.botToken,
    apiUrl: slack.apiUrl,
    connection: { appToken: slack.appToken },
  });
  listen(app, {
    client: app.client,
    readiness: { look: async () => null, report: async () => null },
    name: 'rollback-bot',
    store,
    wakeups: {
      ...wakeups(),
      advance: async (id) => {
        const run = await store.read(id);
        if (run !== null) await work(run);
      },
    },
    inventory: inventory(...SITES),
    people: people(),
    signer,
    clock,
    onError: (error) => {
      troubles.push(error);
    },
  });
  await app.start();
});

afterEach(async () => {
  await app.stop();
  await slack.close();
});

/** What a person alone is told next, wherever it stands. */
async function told(person: string, since: number): Promise<{ channel: string; text: string }> {
  const direct = slack.direct(person).id;
  const message = await slack.waitForMessage((one) => one.ephemeralFor === person || one.channel === direct, {
    since,
  });
  return { channel: message.channel, text: plainText(message) };
}

async function typed(channel: string, text: string): Promise<{ channel: string; text: string }> {
  const since = slack.mark();
  await slack.as(ALICE).command(channel, `/rollback ${text}`);
  return told(ALICE, since);
}

async function formIn(channel: string, text = '') {
  const since = slack.mark();
  await slack.as(ALICE).command(channel, `/rollback ${text}`);
  return slack.waitForModal(ALICE, () => true, { since });
}

/** Opens the form, fills it in, and gives the answer. */
async function filledIn(channel: string, site: string) {
  const modal = await formIn(channel);
  const since = slack.mark();
  await slack.as(ALICE).submit(modal, { Site: `${site} (production)`, Version: 'v0.5.0' });
  return told(ALICE, since);
}

describe('a request that is taken', () => {
  it.each([
    [OPS, 'acme-kitchens v0.5.0', 'looking at Acme Kitchens', 'a moment'],
    [OPS, 'birch-bakery v0.5.0', 'looking at Birch Bakery', 'a moment'],
    [LOUNGE, 'birch-bakery v0.5.0', 'looking at Birch Bakery', '<#C01OPS>'],
  ])('is answered in %s, where it was typed: %s', async (channel, text, looking, where) => {
    const [slug] = text.split(' ');

    expect(await typed(channel, text)).toEqual({
      channel,
      text: `:mag: ${slug}-1: ${looking} for a rollback to v0.5.0. Nothing is changed; the plan comes in ${where}.`,
    });
  });

  it('is answered where the form was opened, or directly where the bot is not', async () => {
    expect(await filledIn(OPS, 'Acme Kitchens')).toEqual({
      channel: OPS,
      text: expect.stringContaining('the plan comes in a moment.'),
    });
    expect(await filledIn(LOUNGE, 'Birch Bakery')).toEqual({
      channel: slack.direct(ALICE).id,
      text: expect.stringContaining('the plan comes in <#C01OPS>.'),
    });
  });
});

describe('where the bot is not', () => {
  it.each(['acme-kitchens', 'acme-kitchens v0.5.0'])('/rollback %s is answered at once', async (text) => {
    expect(await typed(LOUNGE, text)).toEqual({ channel: LOUNGE, text: NOT_IN_LOUNGE });
    expect(slack.as(ALICE).openModals()).toEqual([]);
  });

  it('the form opens for a site with a channel of its own', async () => {
    await formIn(LOUNGE, 'birch-bakery');

    expect(slack.as(ALICE).openModals()).toHaveLength(1);
  });

  it('a form in which such a site is chosen is answered directly', async () => {
    expect(await filledIn(LOUNGE, 'Acme Kitchens')).toEqual({
      channel: slack.direct(ALICE).id,
      text: NOT_IN_LOUNGE,
    });
    expect(troubles).toEqual([]);
  });
});

describe('between people', () => {
  it.each([
    ['a direct message', 'acme-kitchens v0.5.0'],
    ['a direct message', 'acme-kitchens'],
    ['a message of several', 'acme-kitchens v0.5.0'],
  ])('in %s, /rollback %s is sent to a channel', async (where, text) => {
    const channel = where === 'a direct message' ? slack.direct(ALICE).id : GROUP;

    expect(await typed(channel, text)).toEqual({ channel, text: IN_A_CHANNEL });
    expect(troubles).toEqual([]);
  });

  it('a site with a channel of its own is looked at', async () => {
    expect((await typed(GROUP, 'birch-bakery v0.5.0')).text).toContain('the plan comes in <#C01OPS>.');
  });
});
