import { afterEach, beforeEach } from 'vitest';
import {
  type LocalSlack,
  type LocalSlackOptions,
  type Modal,
  plainText,
} from '../../../sandbox/slack/local-slack.ts';
import type { Factors } from '../../../src/app/ports/factors.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { createFactorSeals } from '../../../src/entry/parts/factor-seals.ts';
import type { Message } from '../../../src/slack/render/blocks/message.ts';
import { card } from '../../../src/slack/render/plan/card.ts';
import { createFactors } from '../../../src/store/factors.ts';
import { startTeam } from '../../sandbox/slack/support.ts';
import { clockAt, type SetClock } from '../../support/fakes/clock.ts';
import { enrolment } from '../../support/fakes/factors.ts';
import { type MemoryStore, memoryStore } from '../../support/fakes/memory-store.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { useRedis } from '../../support/redis/redis-runs.ts';
import { eventsTo, plan, RUN_ID, runOf } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';
import { type ListeningBot, startListening } from './listening-bot.ts';

export const OPS = 'C01OPS';

/** A site whose approvers need a second factor. */
export const WHERE = site({
  channel: OPS,
  approvers: [ALICE, BOB, CAROL],
  operators: [ALICE],
  approval: { expiresMs: 900_000, quorum: 1, factor: 'totp', breakGlass: [CAROL] },
});

export const PLAN = plan('full', {}, WHERE);

export const seals = createFactorSeals({
  secret: 'an APPROVAL_SECRET of tests, of 32 bytes',
  alsoAccepted: [],
});

/** The bot in the local Slack, with the second factors in a real Redis. Call it at the top of a file. */
export function useFactorScene() {
  const redis = useRedis();
  let slack: LocalSlack;
  let bot: ListeningBot;
  let store: MemoryStore;
  let clock: SetClock;
  const audited: string[] = [];
  const factors = (): Factors => createFactors(redis.link, seals, { prefix: redis.prefix });
  const scene = {
    /** What the log says of second factors. */
    audited,
    /** Does what a woken worker would do. */
    work: async (_run: Run): Promise<unknown> => undefined,
    factors,
    get redis() {
      return redis;
    },
    get slack() {
      return slack;
    },
    get store() {
      return store;
    },
    get clock() {
      return clock;
    },
    start,
    stop,
    enrolled: (person: string) => factors().write(person, null, enrolment()),
    /** Posts the card of a run that waits for its approval. */
    waiting: async (): Promise<string> => {
      const events = eventsTo('awaiting-approval', PLAN);
      const run = runOf(events);
      store.put(run, events);
      return scene.posted(card(run, WHERE, PLAN));
    },
    posted: async ({ text, blocks }: Message): Promise<string> =>
      (await bot.app.client.chat.postMessage({ channel: OPS, text, blocks: [...blocks] })).ts ?? '',
    /** Presses Approve, and returns the view as it is in the end. */
    pressed: async (person: string, ts: string): Promise<Modal> => {
      const since = slack.mark();
      await slack.as(person).click(ts, 'Approve', { confirm: true });
      return slack.waitForModal(person, (one) => !plainText(one).includes('Checking'), { since });
    },
    state: async () => (await store.read(RUN_ID))?.state,
    approval: async () => (await store.read(RUN_ID))?.consent?.approvals[0],
    direct: async (person: string, since: number): Promise<string> =>
      plainText(await slack.waitForMessage((one) => one.channel === slack.direct(person).id, { since })),
    answer: async (person: string, since: number): Promise<string> =>
      plainText(await slack.waitForMessage((one) => one.ephemeralFor === person, { since })),
  };

  async function start(options: LocalSlackOptions = {}): Promise<void> {
    slack = await startTeam(options);
    slack.addUser({ id: CAROL, displayName: 'Carol' });
    clock = clockAt(T.decided);
    store = memoryStore(clock);
    scene.work = async () => undefined;
    audited.length = 0;
    bot = await startListening(slack, {
      store,
      clock,
      inventory: inventory(WHERE),
      factors: factors(),
      seals,
      wakeups: {
        ...wakeups(),
        advance: async (id) => {
          const run = await store.read(id);
          if (run !== null) await scene.work(run);
        },
      },
      audit: (facts, what) => void audited.push(`${what}: ${JSON.stringify(facts)}`),
    });
  }

  async function stop(): Promise<void> {
    await bot.stop();
    await slack.close();
    if (bot.troubles.length > 0) throw new AggregateError(bot.troubles, 'the bot had trouble');
  }

  beforeEach(() => start());
  afterEach(stop);
  return scene;
}
