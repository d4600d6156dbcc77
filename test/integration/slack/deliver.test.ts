import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import type { Deliveries, Delivery } from '../../../src/app/ports/deliveries.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { type Site, siteKey } from '../../../src/domain/site/site.ts';
import { createEditPace, type EditPace } from '../../../src/slack/client/pace.ts';
import { showRun } from '../../../src/slack/deliver/deliver.ts';
import { clockAt, type SetClock } from '../../support/fakes/clock.ts';
import { startPatientSlack } from '../../support/fakes/patient-slack.ts';
import { decided, ended, eventsTo, plan, runIn, runOf, steps } from '../../support/story/run.ts';
import { request, site, stakeholders, T } from '../../support/story/site.ts';

const OPS = 'C01OPS';

const STATUS = 'C02STATUS';

const WHERE = site({ channel: OPS, stakeholders: stakeholders({ channel: STATUS }) });

/** From now on only the test moves the clock: whether a call is allowed depends on milliseconds. */
function stopTime(): { pass: (ms: number) => void } {
  vi.useFakeTimers({ toFake: ['Date'] });
  return { pass: (ms) => void vi.setSystemTime(Date.now() + ms) };
}

/** The deliveries in Redis, for one process. */
function keptInMemory(): Deliveries {
  const posted: Record<string, Delivery> = {};
  const claimed = new Set<string>();
  return {
    read: async () => ({ ...posted }),
    write: async (_run, surface, delivery) => {
      posted[surface] = delivery;
    },
    claim: async (_run, surface) => {
      if (claimed.has(surface)) return false;
      claimed.add(surface);
      return true;
    },
    unclaim: async (_run, surface) => {
      claimed.delete(surface);
    },
  };
}

describe('showing a run', () => {
  let slack: LocalSlack;
  let client: WebClient;
  let deliveries: Deliveries;
  let where: Site | undefined;
  let run: Run;
  /** The parts of the store that are used besides the run. */
  let newest: readonly { at: string }[];
  let clock: SetClock;
  let show: (process?: EditPace) => Promise<{ again: number } | undefined>;

  beforeEach(async () => {
    slack = await startPatientSlack();
    for (const id of ['U01ALICE', 'U02BOB', 'U03CAROL']) slack.addUser({ id });
    slack.addChannel({ id: OPS, members: ['U01ALICE', 'U02BOB'] });
    slack.addChannel({ id: STATUS, members: ['U01ALICE'] });
    client = new WebClient(slack.botToken, {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
    deliveries = keptInMemory();
    where = WHERE;
    clock = clockAt(T.planned);
    const own = createEditPace();
    newest = [];
    const store = { read: async () => run, events: async () => newest } as never;
    const inventory = {
      sites: [WHERE],
      byKey: (key: string) => (key === siteKey(WHERE) ? where : undefined),
    };
    show = (pace = own) => showRun({ client, store, deliveries, inventory, clock }, run.id, pace);
  });

  afterEach(async () => {
    vi.useRealTimers();
    await slack.close();
  });

  /** Shows the run until nothing more is due soon. */
  const settled = async () => {
    for (let said = await show(createEditPace()); (said?.again ?? 0) > 0 && (said?.again ?? 0) < 10_000; )
      said = await show(createEditPace());
  };
  const posts = () => slack.messages(OPS).map((message) => plainText(message).split('\n')[0]);

  it('tells the requester once that no worker has picked up the run for half a minute', async () => {
    run = runIn('planning');
    const word = `:hourglass: No worker has picked up ${run.id} yet. Check that one is running (\`rollback-bot worker\`). Nothing was changed.`;
    const told = () =>
      slack
        .as('U01ALICE')
        .ephemerals(OPS)
        .filter((message) => plainText(message).includes('No worker'));

    expect(await show()).toEqual({ again: 30_000 });
    expect(told()).toEqual([]);
    clock.set(new Date(Date.parse(T.planned) + 30_000).toISOString());
    await show();
    await show();
    expect(told().map((message) => plainText(message))).toEqual([word]);
  });

  it('posts each message once, however often it is called', async () => {
    run = runIn('awaiting-approval');
    await show();
    await show();

    expect(posts()).toEqual([
      '*Roll Acme Kitchens (production) back to v0.5.0*',
      'Roll Acme Kitchens (production) back to v0.5.0?',
    ]);
    expect(slack.violations).toEqual([]);
  });

  it('posts each message once if two processes show the same run at the same moment', async () => {
    run = runIn('awaiting-approval');

    const said = await Promise.all([show(), show()]);

    expect(posts()).toHaveLength(2);
    expect(said.some((one) => one?.again !== undefined)).toBe(true);
    await show();
    expect(posts()).toHaveLength(2);
  });

  it('edits at most once a second, and says when to call it again', async () => {
    const time = stopTime();
    run = runIn('awaiting-approval');
    await show();
    run = runIn('ready');
    await show();
    run = runIn('switching');

    expect(await show()).toEqual({ again: 1_000 });
    time.pass(999);
    expect(await show()).toEqual({ again: 1 });
    time.pass(1);
    expect(await show()).toBeUndefined();
  });

  it('posts the last update to stakeholders in the channel too, and the others only in the thread', async () => {
    const down = [...eventsTo('switching'), ...steps(['recheck', 0], ['stop', 0])];
    run = runOf([
      ...down,
      { type: 'word-given', kind: 'still-working' },
      ...steps(['put-back-answers', 0]),
      ended('put-back', 'checkout', 1),
    ]);

    await show();

    const [notice] = slack.messages(STATUS);
    expect(slack.thread(STATUS, notice?.ts ?? '').map(({ alsoInChannel }) => alsoInChannel)).toEqual([
      false,
      true,
    ]);
    expect(slack.messages(STATUS)).toHaveLength(2);
    expect(slack.violations).toEqual([]);
  });

  it('posts a message again that someone has deleted', async () => {
    run = runIn('awaiting-approval');
    await show();
    const [, card] = slack.messages(OPS);
    slack.deleteMessage(OPS, card?.ts ?? '');
    run = runIn('denied');

    await show();

    expect(
      slack.messages(OPS).filter((message) => plainText(message).includes('Denied by')).length,
    ).toBeGreaterThanOrEqual(1);
  });

  it('posts a deleted message again only once if two processes show the same run at the same moment', async () => {
    run = runIn('switching');
    await show();
    for (const { ts } of slack.messages(OPS)) slack.deleteMessage(OPS, ts);
    const left = slack.messages(OPS).length;
    run = runOf([...eventsTo('switching'), ...steps(['recheck', 0])]);

    await Promise.all([show(createEditPace()), show(createEditPace())]);

    const anew = slack.messages(OPS).slice(left).map(plainText);
    expect(anew.filter((text) => text.startsWith('*Roll Acme Kitchens'))).toHaveLength(1);
  });

  describe('by a call that was delayed while a later one has shown the end', () => {
    /** As the worker does: calls again until no other call is due. */
    const settle = async (first: Promise<{ again: number } | undefined>): Promise<void> => {
      while ((await first) !== undefined) return settle(show(createEditPace()));
    };
    const lastWord = () =>
      slack
        .messages(OPS)
        .map((message) => plainText(message))
        .find((text) => text.startsWith('*Roll Acme Kitchens'));

    beforeEach(async () => {
      run = runIn('switching');
      await show();
      run = runIn('verifying');
    });

    it.each<[string, (gate: Promise<void>) => void]>([
      [
        'on its way to Slack',
        (gate) => {
          const update = client.chat.update.bind(client.chat);
          vi.spyOn(client.chat, 'update').mockImplementationOnce(async (message) => {
            await gate;
            return update(message);
          });
        },
      ],
      [
        'after it had read the record',
        (gate) => {
          const read = deliveries.read.bind(deliveries);
          vi.spyOn(deliveries, 'read').mockImplementationOnce(async (id) => {
            await gate;
            return read(id);
          });
        },
      ],
    ])('%s, stays at the end', async (_, holdUp) => {
      let open = () => {};
      holdUp(new Promise((resolve) => (open = resolve)));
      const first = show(createEditPace());
      await new Promise((resolve) => setImmediate(resolve));
      run = runIn('succeeded');
      const second = await show(createEditPace());
      open();

      await settle(first);
      if (second !== undefined) await settle(show(createEditPace()));

      expect(lastWord()).toContain('Done');
    });
  });

  it('calls nobody for a decision that was made while the message was on its way', async () => {
    const stopped = [...eventsTo('switching'), ended('hold', 'restore', 3)];
    run = runOf(stopped);
    await show();
    run = runOf([...stopped, { type: 'paged', webhook: 'none' }]);
    const read = deliveries.read.bind(deliveries);
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    vi.spyOn(deliveries, 'read').mockImplementationOnce(async (id) => {
      await gate;
      return read(id);
    });
    const before = posts().length;

    const late = show(createEditPace());
    await new Promise((resolve) => setImmediate(resolve));
    run = runOf([
      ...stopped,
      { type: 'paged', webhook: 'none' },
      decided({ action: 'retry', step: 'restore', attempt: 2 }),
    ]);
    open();
    await late;

    expect(posts().slice(before)).toEqual([]);
  });

  it('reports an unreachable stakeholder channel once, and says when it accepts messages again', async () => {
    run = runOf([...eventsTo('switching'), ...steps(['recheck', 0], ['stop', 0])]);
    slack.changeChannel(STATUS, { isArchived: true });
    const named = () => posts().filter((text) => text?.includes("stakeholders' channel"));

    await settled();
    expect(await show()).toEqual({ again: 30_000 });
    expect(named()).toEqual([
      `:warning: The bot can't post to the stakeholders' channel <#${STATUS}> (it is archived: name another one in the configuration). It keeps trying until a day after the run has ended. Meanwhile, tell the stakeholders yourself what they have missed.`,
    ]);

    slack.changeChannel(STATUS, { isArchived: false });
    slack.fail('chat.postMessage', { times: 1, status: 500 });
    await expect(show()).rejects.toThrow('does not show acme-kitchens');
    expect(named()[0]).toContain("can't post to");
    await settled();
    expect(named()).toEqual([
      ":information_source: The bot couldn't post to the stakeholders' channel for a while. They have all updates now.",
    ]);
    expect(slack.messages(STATUS)).toHaveLength(1);
  });

  it('posts the last update in the channel that people have named instead of an archived one', async () => {
    run = runOf([...eventsTo('switching'), ...steps(['recheck', 0], ['stop', 0])]);
    await settled();
    slack.changeChannel(STATUS, { isArchived: true });
    slack.addChannel({ id: 'C03NEW', members: ['U01ALICE'] });
    where = site({ channel: OPS, stakeholders: stakeholders({ channel: 'C03NEW' }) });
    run = runOf([
      ...eventsTo('switching'),
      ...steps(['recheck', 0], ['stop', 0], ['put-back-answers', 0]),
      ended('put-back', 'checkout', 1),
    ]);

    await settled();

    const [notice, ...more] = slack.messages('C03NEW');
    expect(more.length + slack.thread('C03NEW', notice?.ts ?? '').length).toBeGreaterThan(0);
    expect(posts().filter((text) => text?.includes("stakeholders' channel"))).toEqual([]);
  });

  it('notices an archived channel at an edit too', async () => {
    run = runOf([...eventsTo('switching'), ...steps(['recheck', 0], ['stop', 0])]);
    await settled();
    slack.changeChannel(STATUS, { isArchived: true });
    run = runOf([
      ...eventsTo('switching'),
      ...steps(['recheck', 0], ['stop', 0], ['put-back-answers', 0]),
      ended('put-back', 'checkout', 1),
    ]);

    await settled();

    expect(posts().filter((text) => text?.includes("stakeholders' channel"))).toHaveLength(1);
  });

  it('tries an unreachable channel less and less often after the end, and never after a day', async () => {
    run = runOf([
      ...eventsTo('switching'),
      ...steps(['recheck', 0], ['stop', 0], ['put-back-answers', 0]),
      ended('put-back', 'checkout', 1),
    ]);
    slack.changeChannel(STATUS, { isArchived: true });
    const hoursLater = (hours: number) =>
      clock.set(new Date(Date.parse(run.end?.at ?? '') + hours * 3_600_000).toISOString());

    await settled();
    hoursLater(1);
    expect(await show()).toEqual({ again: 900_000 });
    hoursLater(23);
    expect(await show()).toEqual({ again: 3_600_000 });
    hoursLater(25);
    expect(await show()).toBeUndefined();
    newest = [{ at: clock.now() }];
    expect(await show()).toEqual({ again: 30_000 });
  });

  it('says that a run has ended even if its site is no longer in the configuration', async () => {
    run = runIn('awaiting-approval');
    await show();
    run = runIn('expired');
    where = undefined;

    await settled();

    const text =
      "*acme-kitchens-7* expired: nobody decided in time. `acme-kitchens@production` is no longer in the bot's configuration, so the bot can't show more than that here.";
    expect(posts()).toEqual([text, text]);
  });

  it('says only once that a preflight was cancelled if its site is no longer in the configuration', async () => {
    run = runOf([{ type: 'cancelled', by: 'U01ALICE' }]);
    await settled();
    where = undefined;
    await settled();

    expect(slack.as('U01ALICE').ephemerals(OPS).map(plainText)).toEqual([
      ':no_entry: acme-kitchens-7 was cancelled. Nothing was changed.',
    ]);
  });

  it('gives up a day after the end if neither site nor channel exist any more', async () => {
    run = runIn('awaiting-approval');
    await settled();
    run = runIn('expired');
    where = undefined;
    slack.changeChannel(OPS, { isArchived: true });

    await expect(show()).rejects.toThrow('does not show acme-kitchens');
    clock.set(new Date(Date.parse(run.end?.at ?? '') + 25 * 3_600_000).toISOString());
    expect(await show(createEditPace())).toBeUndefined();
  });

  it('leaves an open run as it is while its site is not in the configuration', async () => {
    run = runIn('awaiting-approval');
    await show();
    const before = posts();
    run = runIn('switching');
    where = undefined;

    expect(await show()).toBeUndefined();
    expect(posts()).toEqual(before);
  });

  it('posts a deleted message again only once if a second call comes late', async () => {
    run = runIn('switching');
    await show();
    for (const { ts } of slack.messages(OPS)) slack.deleteMessage(OPS, ts);
    const left = slack.messages(OPS).length;
    run = runOf([...eventsTo('switching'), ...steps(['recheck', 0])]);
    const claim = deliveries.claim.bind(deliveries);
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const held = vi.spyOn(deliveries, 'claim').mockImplementationOnce(async (...of) => {
      await gate;
      return claim(...of);
    });

    const late = show(createEditPace());
    await expect.poll(() => held.mock.calls.length).toBe(1);
    await show(createEditPace());
    open();
    await late;

    const anew = slack.messages(OPS).slice(left).map(plainText);
    expect(anew.filter((text) => text.startsWith('*Roll Acme Kitchens'))).toHaveLength(1);
  });

  it('leaves a busy channel alone for as long as Slack asks, and serves others meanwhile', async () => {
    const time = stopTime();
    run = runOf([...eventsTo('switching'), ...steps(['recheck', 0], ['stop', null])]);
    slack.fail('chat.postMessage', { times: 1, rateLimitSeconds: 3 });

    // Messages for the thread try again after two seconds until the thread's first message exists.
    expect(await show()).toEqual({ again: 2_000 });
    time.pass(2_999);
    expect(await show()).toEqual({ again: 1 });
    // Slack would have accepted it, but there was no call.
    expect(slack.messages(OPS)).toEqual([]);
    expect(slack.messages(STATUS)).toHaveLength(1);
    time.pass(1);
    expect(await show()).toBeUndefined();
    expect(posts()).toEqual([
      '*Roll Acme Kitchens (production) back to v0.5.0*',
      expect.stringContaining('Roll Acme Kitchens (production) back to v0.5.0'),
    ]);
    expect(slack.violations).toEqual([]);
  });

  it('does not post thread messages to the channel if the thread’s first message is late', async () => {
    run = runIn('awaiting-approval');
    slack.fail('chat.postMessage', { times: 1, status: 500 });

    await expect(show()).rejects.toThrow('does not show acme-kitchens');
    await show();

    const progress = slack.messages(OPS).find((message) => plainText(message).startsWith('*Roll'));
    expect(slack.messages(OPS)).toHaveLength(2);
    expect(slack.thread(OPS, progress?.ts ?? '').map((message) => message.text)).toEqual([
      'The plan in detail',
    ]);
  });

  it('shows the newest state in few edits if much happens at once', async () => {
    const done = [
      'recheck',
      'stop',
      'safety-backup',
      'checkout',
      'restore',
      'environment',
      'static',
    ] as const;
    const time = stopTime();
    run = runIn('switching');
    await show();
    const edits: string[] = [];
    const forget = slack.onEvent((event) => {
      if (event.type === 'edit') edits.push(`${event.message.channel} ${plainText(event.message)}`);
    });

    for (let count = 1; count <= done.length; count += 1) {
      const so = done.slice(0, count).map((name) => [name, 0] as const);
      run = runOf([...eventsTo('switching'), ...steps(...so)]);
      await show();
    }
    const burst = edits.length;
    time.pass(1_000);
    expect(await show()).toBeUndefined();
    forget();

    // One edit at once, and one more with the newest state.
    expect([burst, edits.length]).toEqual([1, 2]);
    expect(edits.findLast((text) => text.startsWith(OPS))).toContain(
      ':white_check_mark: collect static files',
    );
  });

  it('posts the end once after a quarter of an hour without Slack, whatever happened meanwhile', async () => {
    run = runIn('awaiting-approval');
    await show();
    slack.fail('*', { times: 1_000, status: 503 });
    for (const state of ['ready', 'switching', 'verifying', 'succeeded'] as const) {
      run = runIn(state);
      await show().catch(() => undefined);
    }
    slack.clearFaults();
    await expect.poll(async () => (await show()) === undefined, { interval: 100 }).toBe(true);

    expect(posts()).toEqual([
      '*Roll Acme Kitchens (production) back to v0.5.0*',
      'Roll Acme Kitchens (production) back to v0.5.0?',
      'Acme Kitchens is back',
    ]);
  });

  it('posts the first message of a thread again before it continues in the thread', async () => {
    run = runIn('switching');
    await show();
    const [progress] = slack.messages(OPS);
    slack.deleteMessage(OPS, progress?.ts ?? '');
    run = runOf([...eventsTo('switching'), ended('hold', 'restore', 3, { logTail: 'it broke' })]);

    await expect.poll(async () => (await show()) === undefined, { interval: 100 }).toBe(true);

    const anew = slack.messages(OPS).find((message) => plainText(message).startsWith('*Roll Acme Kitchens'));
    expect(anew?.ts).not.toBe(progress?.ts);
    const inThread = slack.thread(OPS, anew?.ts ?? '').map(plainText);
    expect(inThread).toEqual([expect.stringContaining('it broke')]);
  });

  it('shows the card even if Slack refuses another message', async () => {
    run = runIn('awaiting-approval');
    slack.fail('chat.postMessage', { times: 1, status: 500 });

    await expect(show()).rejects.toThrow('does not show acme-kitchens');

    expect(posts()).toContain('Roll Acme Kitchens (production) back to v0.5.0?');
  });

  describe('a refusal of a command that was typed in a channel without the bot', () => {
    beforeEach(() => {
      slack.addChannel({ id: 'C07ELSEWHERE', members: ['U01ALICE', 'U03CAROL'], bot: false });
    });
    const refused = (requester: string) =>
      runIn('refused', plan(), request({ channel: 'C07ELSEWHERE', requester }));
    const REFUSED = ':no_entry: Files were changed.\nLook at them.\n_dirty-tree_';

    it('is shown to the requester in the channel of the site', async () => {
      run = refused('U01ALICE');
      await show();

      expect(slack.as('U01ALICE').ephemerals(OPS).map(plainText)).toEqual([REFUSED]);
      expect(slack.messages(slack.direct('U01ALICE').id)).toEqual([]);
    });

    it('is a direct message if the requester is not in that channel either', async () => {
      run = refused('U03CAROL');
      await show();

      expect(slack.messages(slack.direct('U03CAROL').id).map(plainText)).toEqual([REFUSED]);
    });
  });
});
