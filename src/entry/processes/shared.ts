import type { RunStore } from '../../app/ports/run-store.ts';
import { HOST_PATIENCE, type HostPatience } from '../../app/switch/host-silence.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { OpenWakeups } from '../../queue/wakeups.ts';
import type { RedisLink } from '../../store/redis.ts';
import type { Readiness } from '../parts/health-server.ts';
import type { Setup } from '../parts/setup.ts';

/** What bot and worker have in common. */
export interface Shared extends Setup {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly storeLink: RedisLink;
  readonly workerLink: RedisLink;
  readonly store: RunStore;
  readonly wakeups: OpenWakeups;
  readonly pace: Rhythm;
}

/** A running half: how to ask whether it can work, and how to end it. */
export interface ProcessPart {
  readonly readiness: readonly Readiness[];
  readonly stop: () => Promise<void>;
}

/** How soon others take over from a process that died, in milliseconds. */
export interface Rhythm {
  /** How long a lease, or the lock of a job, lasts if nobody renews it. */
  readonly leaseMs: number;
  /** How often a worker looks for work that no wake-up announced. A lost wake-up costs this much and no more. */
  readonly roundMs: number;
  readonly patience: HostPatience;
}

export const RHYTHM: Rhythm = { leaseMs: 10_000, roundMs: 5_000, patience: HOST_PATIENCE };
