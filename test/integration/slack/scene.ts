import { WebClient } from '@slack/web-api';
import { vi } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import type { Deliveries, Delivery } from '../../../src/app/ports/deliveries.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { type Site, siteKey } from '../../../src/domain/site/site.ts';
import { createEditPace, type EditPace } from '../../../src/slack/client/pace.ts';
import { showRun } from '../../../src/slack/deliver/deliver.ts';
import { clockAt, type SetClock } from '../../support/fakes/clock.ts';
import { memoryFactors } from '../../support/fakes/factors.ts';
import { startPatientSlack } from '../../support/fakes/patient-slack.ts';
import { runIn } from '../../support/story/run.ts';
import { site, stakeholders, T } from '../../support/story/site.ts';

export const OPS = 'C01OPS';

export const STATUS = 'C02STATUS';

const WHERE = site({ channel: OPS, stakeholders: stakeholders({ channel: STATUS }) });

/** A run and the Slack in which it is shown. A test changes the run, the site or the clock, and has the run shown again. */
export interface Scene {
  readonly slack: LocalSlack;
  readonly client: WebClient;
  readonly deliveries: Deliveries;
  readonly clock: SetClock;
  run: Run;
  /** As the configuration has it; undefined: not at all. */
  where: Site | undefined;
  /** The parts of the store that are used besides the run. */
  newest: readonly { at: string }[];
  show(process?: EditPace): Promise<{ again: number } | undefined>;
  /** Shows the run until nothing more is due soon. */
  settled(): Promise<void>;
  /** The first lines in the channel of the site. */
  posts(): readonly (string | undefined)[];
  close(): Promise<void>;
}

export async function startScene(): Promise<Scene> {
  const slack = await startPatientSlack();
  for (const id of ['U01ALICE', 'U02BOB', 'U03CAROL']) slack.addUser({ id });
  slack.addChannel({ id: OPS, members: ['U01ALICE', 'U02BOB'] });
  slack.addChannel({ id: STATUS, members: ['U01ALICE'] });
  const client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  const deliveries = keptInMemory();
  const clock = clockAt(T.planned);
  const own = createEditPace();
  const store = { read: async () => scene.run, events: async () => scene.newest } as never;
  const inventory = {
    sites: [WHERE],
    byKey: (key: string) => (key === siteKey(WHERE) ? scene.where : undefined),
  };
  const scene: Scene = {
    slack,
    client,
    deliveries,
    clock,
    run: runIn('planning'),
    where: WHERE,
    newest: [],
    show: (pace = own) =>
      showRun({ client, store, deliveries, inventory, factors: memoryFactors(), clock }, scene.run.id, pace),
    settled: async () => {
      const shown = () => scene.show(createEditPace());
      for (let said = await shown(); (said?.again ?? 0) > 0 && (said?.again ?? 0) < 10_000; )
        said = await shown();
    },
    posts: () => slack.messages(OPS).map((message) => plainText(message).split('\n')[0]),
    close: async () => {
      vi.useRealTimers();
      await slack.close();
    },
  };
  return scene;
}

/** From now on only the test moves the clock: whether a call is allowed depends on milliseconds. */
export function stopTime(): { pass: (ms: number) => void } {
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
