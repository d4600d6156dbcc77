import { hostname } from 'node:os';
import { advanceRun } from '../app/advance-run.ts';
import { nearest } from '../commands/nearest.ts';
import { webhookPager } from '../paging/webhook.ts';
import { createSiteProbe } from '../probe/site-probe.ts';
import { startCanary } from '../queue/canary.ts';
import { startConsumer } from '../queue/workers.ts';
import { sshHosts } from '../ssh/host.ts';
import { createLeases } from '../store/leases.ts';
import type { Part, Shared } from './processes.ts';
import { openRecords, sshCredentials, systemClock } from './setup.ts';
import { createSigner } from './signer.ts';

/** How often a worker looks for runs that nobody was woken for: a lost wake-up costs this much and no more. */
const ROUND_MS = 5_000;
/** Canaries come every 5 s; so much silence means that this process takes no jobs. */
const SILENT_MS = 60_000;
const CONCURRENCY = 10;

/** The host side: looks, switches, follows, verifies. It needs no Slack. */
export async function startWorker(shared: Shared): Promise<Part> {
  const { environment, configuration, store, wakeups, storeLink, workerLink, log, metrics } = shared;
  const { approvalSecret } = environment;
  if (approvalSecret === null) throw new Error('the worker needs APPROVAL_SECRET');
  const records = openRecords(shared);
  const stop = new AbortController();
  const worker = `${hostname()}:${process.pid}`;
  let pickups = 0;
  const deps = {
    store,
    wakeups,
    leases: createLeases(storeLink),
    inventory: configuration.inventory,
    signer: createSigner(approvalSecret.reveal()),
    hosts: sshHosts(sshCredentials(environment)),
    probe: createSiteProbe(),
    records,
    pager: webhookPager(),
    clock: systemClock,
    nearest: (word: string, known: readonly string[]) => nearest(word, known),
    pickupName: () => {
      pickups += 1;
      return `${worker}:${pickups}`;
    },
    wait: (ms: number) => waitUnlessStopping(ms, stop.signal),
    stopping: () => stop.signal.aborted,
    every: (ms: number, work: () => Promise<void>) => {
      const timer = setInterval(
        () =>
          void work().catch((error: unknown) =>
            log.warn({ err: error }, 'what is done every so often was not done'),
          ),
        ms,
      );
      return () => clearInterval(timer);
    },
  };
  const consumer = startConsumer(
    'advance',
    async (runId) => {
      await advanceRun(deps, runId);
      metrics.looks.inc({ queue: 'advance', result: 'done' });
      return undefined;
    },
    {
      link: workerLink,
      concurrency: CONCURRENCY,
      onError: (error, runId) => {
        metrics.looks.inc({ queue: 'advance', result: 'error' });
        log.error({ err: error, runId }, 'a run was not taken further');
      },
    },
  );
  const canary = startCanary(consumer);
  const round = setInterval(() => void wakeActive(shared), ROUND_MS);
  void wakeActive(shared);
  log.info({ worker }, 'worker is taking jobs');
  return {
    readiness: [
      { name: 'worker', check: async () => (canary.lastTakenMs() < SILENT_MS ? null : 'takes no jobs') },
    ],
    stop: async () => {
      clearInterval(round);
      canary.stop();
      stop.abort();
      await consumer.close(25_000);
      await records.close();
    },
  };
}

async function wakeActive({ store, wakeups, metrics, log }: Shared): Promise<void> {
  try {
    const active = await store.active();
    metrics.activeRuns.set(active.length);
    for (const runId of active) await wakeups.advance(runId);
  } catch (error) {
    log.warn({ err: error }, 'the round over active runs did not go through');
  }
}

function waitUnlessStopping(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
