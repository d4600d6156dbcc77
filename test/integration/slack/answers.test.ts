import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { CLOSE_ACTION } from '../../../src/slack/render/end/follow-ups.ts';
import { card } from '../../../src/slack/render/plan/card.ts';
import { startTeam } from '../../sandbox/slack/support.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { type MemoryStore, memoryStore } from '../../support/fakes/memory-store.ts';
import { people } from '../../support/fakes/people.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { eventsTo, plan, RUN_ID, runIn } from '../../support/story/run.ts';
import { ALICE, BOB, site, T } from '../../support/story/site.ts';
import { type ListeningBot, startListening } from './listening-bot.ts';

const OPS = 'C01OPS';

/** A channel without the bot. */
const LOUNGE = 'C02LOUNGE';

/** A group message of three people, with the name that Slack gives it. */
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

const OLD =
  ':no_entry: This button is from another version of the bot. Type /rollback status to see what is under way.';

let slack: LocalSlack;

let bot: ListeningBot;

let app: App;

let store: MemoryStore;

let troubles: readonly unknown[];

/** Does what a woken worker would do. */
let work: (run: Run) => Promise<unknown>;

beforeEach(async () => {
  slack = await startTeam();
  slack.addChannel({ id: GROUP, name: 'mpdm-alice--bob--carol-1', members: [ALICE, BOB], bot: false });
  const clock = clockAt(T.decided);
  store = memoryStore(clock);
  work = async () => undefined;
  bot = await startListening(slack, {
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
    clock,
  });
  ({ app, troubles } = bot);
});

afterEach(async () => {
  await bot.stop();
  await slack.close();
});

/** The next message that only this person sees, in any channel. */
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

/** Opens the form, fills it in, and returns the answer. */
async function filledIn(channel: string, site: string) {
  const modal = await formIn(channel);
  const since = slack.mark();
  await slack.as(ALICE).submit(modal, { Site: `${site} (production)`, Version: 'v0.5.0' });
  return told(ALICE, since);
}

describe('a request that is accepted', () => {
  it.each([
    [OPS, 'acme-kitchens v0.5.0', 'Acme Kitchens', 'here in a moment'],
    [OPS, 'birch-bakery v0.5.0', 'Birch Bakery', 'here in a moment'],
    [LOUNGE, 'birch-bakery v0.5.0', 'Birch Bakery', 'in <#C01OPS>'],
  ])('is answered in %s, where it was typed: %s', async (channel, text, name, where) => {
    const [slug] = text.split(' ');

    expect(await typed(channel, text)).toEqual({
      channel,
      text: `:mag: ${slug}-1: planning a rollback of ${name} to v0.5.0. Nothing changes yet. The plan will appear ${where}.`,
    });
  });

  it('is answered where the form was opened, or in a direct message if the bot is not there', async () => {
    expect(await filledIn(OPS, 'Acme Kitchens')).toEqual({
      channel: OPS,
      text: expect.stringContaining('The plan will appear here in a moment.'),
    });
    expect(await filledIn(LOUNGE, 'Birch Bakery')).toEqual({
      channel: slack.direct(ALICE).id,
      text: expect.stringContaining('The plan will appear in <#C01OPS>.'),
    });
  });
});

describe('Slack is told that it was heard before anything is done', () => {
  const never = () => new Promise<never>(() => undefined);
  /** From here on whoever asks the store for anything does not come back. */
  const hang = () => Object.assign(store, { begin: never, read: never, events: never, activeOn: never });

  it('of a command', async () => {
    hang();

    expect(await slack.as(ALICE).command(OPS, '/rollback acme-kitchens v0.5.0')).toMatchObject({ ok: true });
  });

  it('of a form that is sent', async () => {
    const modal = await formIn(OPS);
    hang();

    expect(
      await slack.as(ALICE).submit(modal, { Site: 'Acme Kitchens (production)', Version: 'v0.5.0' }),
    ).toMatchObject({ ok: true });
  });

  it.each(['Approve', 'What is lost now'])('of the button %s', async (button) => {
    const waiting = runIn('awaiting-approval');
    store.put(waiting, eventsTo('awaiting-approval'));
    const { text, blocks } = card(waiting, ACME, plan());
    const { ts } = await app.client.chat.postMessage({ channel: OPS, text, blocks: [...blocks] });
    hang();

    expect(await slack.as(BOB).click(ts ?? '', button, { confirm: true })).toMatchObject({ ok: true });
  });
});

it('what stands in the line above the buttons goes into the record with the press, of whoever presses', async () => {
  const waiting = runIn('awaiting-approval');
  store.put(waiting, eventsTo('awaiting-approval'));
  const { text, blocks } = card(waiting, ACME, plan());
  const { ts = '' } = await app.client.chat.postMessage({ channel: OPS, text, blocks: [...blocks] });
  slack.as(ALICE).type(ts, 'Reason', 'go, quickly');
  slack.as(BOB).type(ts, 'Reason', 'a sale is on');
  const since = slack.mark();

  await slack.as(BOB).click(ts, 'Deny');

  await told(BOB, since);
  expect((await store.read(RUN_ID))?.end).toMatchObject({ by: BOB, reason: 'a sale is on' });
});

describe('where the bot is not', () => {
  it.each(['acme-kitchens', 'acme-kitchens v0.5.0'])('/rollback %s is answered at once', async (text) => {
    expect(await typed(LOUNGE, text)).toEqual({ channel: LOUNGE, text: NOT_IN_LOUNGE });
    expect(slack.as(ALICE).openModals()).toEqual([]);
  });

  it('the form opens for a site with its own channel', async () => {
    await formIn(LOUNGE, 'birch-bakery');

    expect(slack.as(ALICE).openModals()).toHaveLength(1);
  });

  it('a form for such a site is answered in a direct message', async () => {
    expect(await filledIn(LOUNGE, 'Acme Kitchens')).toEqual({
      channel: slack.direct(ALICE).id,
      text: NOT_IN_LOUNGE,
    });
    expect(troubles).toEqual([]);
  });
});

describe('in a conversation between people', () => {
  it.each([
    ['a direct message', 'acme-kitchens v0.5.0'],
    ['a direct message', 'acme-kitchens'],
    ['a message of several', 'acme-kitchens v0.5.0'],
  ])('in %s, /rollback %s is sent to a channel', async (where, text) => {
    const channel = where === 'a direct message' ? slack.direct(ALICE).id : GROUP;

    expect(await typed(channel, text)).toEqual({ channel, text: IN_A_CHANNEL });
    expect(troubles).toEqual([]);
  });

  it('the preflight begins for a site with its own channel', async () => {
    expect((await typed(GROUP, 'birch-bakery v0.5.0')).text).toContain('The plan will appear in <#C01OPS>.');
  });
});

describe('/rollback cancel', () => {
  it.each([
    [
      'cedar-clinic',
      ':no_entry: `cedar-clinic` has several environments.\nSay which: `cedar-clinic@production` or `cedar-clinic@staging`.',
    ],
    ['acme-kitchen', ':no_entry: There is no site `acme-kitchen`.\nDid you mean `acme-kitchens`?'],
    [
      'acme-kitchens-99',
      ':no_entry: There is no run `acme-kitchens-99`.\n`/rollback history` lists the newest runs.',
    ],
    ['birch-bakery', 'Nothing is under way on Birch Bakery.'],
  ])('%s gets an answer with what it could mean', async (what, text) => {
    expect((await typed(OPS, `cancel ${what}`)).text).toBe(text);
  });

  it.each(['cedar-clinic@staging', 'cedar-clinic-1'])('%s cancels the active run', async (what) => {
    await typed(OPS, 'cedar-clinic@staging v0.5.0');

    expect((await typed(OPS, `cancel ${what}`)).text).toBe(
      'You cancelled cedar-clinic-1. Nothing was changed.',
    );
  });
});

describe('What is lost now', () => {
  const waiting = runIn('awaiting-approval');

  async function clickMeasure(value?: string): Promise<number> {
    store.put(waiting, eventsTo('awaiting-approval'));
    const { text, blocks } = card(waiting, ACME, plan());
    const old = { type: 'button', text: { type: 'plain_text', text: 'What is lost now' }, value } as const;
    const shown =
      value === undefined
        ? blocks
        : [{ type: 'actions' as const, elements: [{ ...old, action_id: 'measure' }] }];
    const { ts } = await app.client.chat.postMessage({ channel: OPS, text, blocks: [...shown] });
    const since = slack.mark();
    await slack.as(BOB).click(ts ?? '', 'What is lost now');
    return since;
  }

  it('answers a problem at Approve in the channel of the card', async () => {
    work = (run) => store.append(run, { type: 'measured', loss: [] });
    await clickMeasure();
    const modal = await slack.waitForModal(BOB, (one) => plainText(one).includes('[Approve]'));
    store.read = async () => {
      throw new Error('redis at 127.0.0.1 does not answer');
    };
    const since = slack.mark();
    await slack.as(BOB).submit(modal);

    expect(await told(BOB, since)).toEqual({
      channel: OPS,
      text: ":warning: I can't tell whether that was saved (redis at 127.0.0.1 does not answer).\nCheck the run in a minute, and try again if needed. Nothing is done twice. If it keeps happening, run `rollback-bot doctor` where the bot runs.",
    });
  });

  it('answers a button of another version of the bot like any other button', async () => {
    const since = await clickMeasure('acme-kitchens-7');

    expect(await told(BOB, since)).toEqual({ channel: OPS, text: OLD });
    expect(troubles).toEqual([]);
  });

  it('accepts that the view is closed while it counts', async () => {
    work = async (run) => {
      const modal = await slack.waitForModal(BOB, () => true);
      await slack.as(BOB).close(modal);
      await store.append(run, { type: 'measured', loss: [] });
    };
    await clickMeasure();
    await slack.waitFor((event) => event.type === 'refusal' && event.method === 'views.update');

    expect((await typed(OPS, 'cancel birch-bakery')).text).toBe('Nothing is under way on Birch Bakery.');
    expect(troubles).toEqual([]);
    expect(slack.as(BOB).ephemerals(OPS)).toEqual([]);
  });
});

it('closing follow-ups is answered in a direct message if the bot was removed from the channel meanwhile', async () => {
  const { ts } = await app.client.chat.postMessage({
    channel: OPS,
    text: 'follow-ups',
    blocks: [
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: CLOSE_ACTION,
            text: { type: 'plain_text', text: 'Close' },
            value: JSON.stringify({ run: RUN_ID }),
          },
        ],
      },
    ],
  });
  await slack.as(BOB).click(ts ?? '', 'Close');
  const modal = await slack.waitForModal(BOB, () => true);
  slack.kick(OPS, slack.botUserId);
  const since = slack.mark();
  await slack.as(BOB).submit(modal, { Why: 'v0.6.1 replaces it' });

  expect(await told(BOB, since)).toEqual({
    channel: slack.direct(BOB).id,
    text: ':no_entry: The run acme-kitchens-7 no longer exists.\nType the command again.\n_plan-changed_',
  });
});
