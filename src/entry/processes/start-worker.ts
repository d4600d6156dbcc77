import { hostname } from 'node:os';
import { type AdvanceDeps, advanceRun } from '../../app/advance-run.ts';
import { callAboutGlass, type GlassCallDeps } from '../../app/notify/call-about-glass.ts';
import { type TellDeps, tellStakeholders } from '../../app/notify/tell-stakeholders.ts';
import type { Signer } from '../../app/ports/outside.ts';
import { nearest } from '../../commands/nearest.ts';
import { webhookStatusPage } from '../../paging/status-page.ts';
import { webhookPager } from '../../paging/webhook.ts';
import { readPassword } from '../../probe/password-file.ts';
import { createSiteProbe } from '../../probe/site-probe.ts';
import { startCanary } from '../../queue/canary.ts';
import type { Consumer } from '../../queue/workers.ts';
import { sshHosts } from '../../ssh/host.ts';
import { redisFitness } from '../../store/fitness.ts';
import { createLeases } from '../../store/leases.ts';
import { openRecords, secretsOf, sshCredentials, systemClock } from '../parts/setup.ts';
import { createSigner } from '../parts/signer.ts';
import { waitUnlessStopping } from '../parts/stopping.ts';
import { watchForLostRuns } from './lost-runs.ts';
import type { ProcessPart, Shared } from './shared.ts';
import { startNights } from './start-nights.ts';
import { takeJobs } from './take-jobs.ts';

/** Canaries come every 5 s. If none was taken for this long, this process takes no jobs. */
const SILENT_MS = 60_000;

/** How many runs a process works on at once, mostly waiting for their hosts: a bad release may hit all sites at once. */
const CONCURRENCY = 50;

/** Every third round also shows the runs. More often would press a Slack that refuses messages. */
const SHOWN_ROUNDS = 3;

/** The worker: plans, switches, follows, verifies. It needs no Slack. */
export async function startWorker(shared: Shared): Promise<ProcessPart> {
  const { log, metrics, pace } = shared;
  const records = openRecords(shared);
  const stop = new AbortController();
  const worker = `${hostname()}:${process.pid}`;
  const deps = advanceDeps(shared, {
    records,
    worker,
    signer: createSigner(secretsOf(shared)),
    signal: stop.signal,
  });
  const consumer = takeJobs(shared, 'advance', {
    handler: async (runId) => {
      await advanceRun(deps, runId);
      metrics.looks.inc({ queue: 'advance', result: 'done' });
      return undefined;
    },
    concurrency: CONCURRENCY,
    failed: (err, runId) => log.error({ err, runId }, 'could not take a run further'),
  });
  const telling = startTelling(deps, shared);
  const canary = startCanary(consumer);
  const stopNights = await startNights(shared, deps);
  const stopLooking = watchForLostRuns(deps, shared);
  let rounds = 0;
  const nextRound = () => {
    void wakeActive(shared, rounds % SHOWN_ROUNDS === 0);
    rounds += 1;
  };
  const round = setInterval(nextRound, pace.roundMs);
  nextRound();
  log.info({ worker }, 'worker is taking jobs');
  return {
    readiness: [
      { name: 'worker', check: async () => (canary.lastTakenMs() < SILENT_MS ? null : 'takes no jobs') },
    ],
    stop: async () => {
      clearInterval(round);
      stopLooking();
      canary.stop();
      stop.abort();
      await Promise.all([consumer.close(25_000), telling.close(25_000), stopNights()]);
      await records.close();
    },
  };
}

/** Runs beside the work on runs, so that no status page and no promised update gets in its way. */
function startTelling(deps: AdvanceDeps, shared: Shared): Consumer {
  const tellDeps = {
    ...deps,
    leases: createLeases(shared.storeLink, { of: 'telling' }),
    statusPage: webhookStatusPage(readPassword),
    glassLeases: createLeases(shared.storeLink, { of: 'glass' }),
  };
  return takeJobs(shared, 'tell', {
    handler: (runId) => tellOthers(tellDeps, runId),
    concurrency: CONCURRENCY,
    failed: (err, runId) => shared.log.error({ err, runId }, 'could not tell stakeholders'),
  });
}

/** Both at once, because neither may wait for the other. Returns when to call it again. */
async function tellOthers(
  deps: TellDeps & GlassCallDeps,
  runId: string,
): Promise<{ readonly again: number } | undefined> {
  const answers = await Promise.all([tellStakeholders(deps, runId), callAboutGlass(deps, runId)]);
  const waits = answers.flatMap((one) => one?.again ?? []);
  return waits.length === 0 ? undefined : { again: Math.min(...waits) };
}

interface Own {
  readonly records: AdvanceDeps['records'];
  readonly worker: string;
  readonly signer: Signer;
  /** Aborts when this process is asked to stop. */
  readonly signal: AbortSignal;
}

/** Everything that work on a run needs. */
function advanceDeps(shared: Shared, { records, worker, signer, signal }: Own): AdvanceDeps {
  const { environment, configuration, store, wakeups, storeLink, log, metrics, pace } = shared;
  let pickups = 0;
  return {
    store,
    wakeups,
    leases: createLeases(storeLink),
    asking: createLeases(storeLink, { of: 'asking' }),
    leaseMs: pace.leaseMs,
    patience: pace.patience,
    inventory: configuration.inventory,
    signer,
    hosts: sshHosts(sshCredentials(environment), log),
    probe: createSiteProbe(),
    records,
    pager: webhookPager(readPassword),
    record: {
      problems: async () => (await redisFitness(storeLink)).problems,
      mayBeUnfit: configuration.settings.redis.allowUnfit,
    },
    clock: systemClock,
    nearest: (word: string, known: readonly string[]) => nearest(word, known),
    pickupName: () => {
      pickups += 1;
      return `${worker}:${pickups}`;
    },
    wait: (ms: number) => waitUnlessStopping(ms, signal),
    stopping: () => signal.aborted,
    report: (trouble, runId) => {
      metrics.looks.inc({ queue: 'advance', result: 'error' });
      log.error({ err: trouble, runId }, 'a task of an ended run failed');
    },
    every: (ms: number, work: () => Promise<void>) => {
      const timer = setInterval(
        () => void work().catch((error: unknown) => log.warn({ err: error }, 'regular work failed')),
        ms,
      );
      return () => clearInterval(timer);
    },
  };
}

/**
 * `shows`: also shows the runs. An event may have been stored although Redis did not say so in time, and then nobody was
 * woken.
 */
async function wakeActive({ store, wakeups, metrics, log }: Shared, shows: boolean): Promise<void> {
  try {
    const active = await store.active();
    metrics.activeRuns.set(active.length);
    for (const runId of active)
      await Promise.all([wakeups.advance(runId), shows ? wakeups.show(runId) : wakeups.tell(runId)]);
    for (const runId of await store.withTasksDue(systemClock.now())) await wakeups.advance(runId);
  } catch (error) {
    log.warn({ err: error }, 'the round over active runs failed');
  }
}
