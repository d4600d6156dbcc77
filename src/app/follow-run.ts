import type { RunEvent, SwitchOutcome } from '../domain/event.ts';
import type { HostState } from '../domain/recovery.ts';
import type { Run } from '../domain/run.ts';
import type { Site } from '../domain/site.ts';
import type { Attempt } from '../shell/run-directory.ts';
import { recordText } from './adopt-runs.ts';
import { recoveryProblem } from './check-approval.ts';
import { HostError, type HostSession, type Hosts, type JournalLine, type SwitchStatus } from './host-port.ts';
import type { Clock, RunStore, Signer } from './ports.ts';
import type { Tenure } from './tenure.ts';

export interface FollowDeps {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly store: Pick<RunStore, 'read' | 'events'>;
  /** Calls a function every so many milliseconds until the returned one is called. */
  readonly every: (ms: number, work: () => Promise<void>) => () => void;
  /** Resolves after so many milliseconds, or at once when this process is asked to stop. */
  readonly wait: (ms: number) => Promise<void>;
  /** True when this process is asked to stop: the program on the host goes on without us. */
  readonly stopping: () => boolean;
}

/** How long one look at the journal lasts before it is begun anew, in seconds. */
const LOOK_SECONDS = 20;
const RETRY_MS = 1_000;
/** How often the record is asked whether somebody has cancelled. */
const WATCH_MS = 1_000;
/** A program that was launched needs a moment until it says that it has begun. */
const CLAIMED_MS = 200;

/**
 * Follows the program on the host to its end, over as many connections as it takes. Whatever state it is found in
 * decides what is done; it is started only where it certainly never began, and only while the plan is valid.
 */
export async function followRun(deps: FollowDeps, tenure: Tenure, site: Site): Promise<void> {
  while (!deps.stopping() && tenure.run().state === 'switching') {
    try {
      const host = await deps.hosts.connect(site);
      try {
        await followOver(deps, tenure, host);
      } finally {
        host.close();
      }
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      await note(
        tenure,
        `the host does not answer (${error.message}); a program that has begun there goes on by itself`,
      );
      await deps.wait(RETRY_MS);
    }
  }
}

async function followOver(deps: FollowDeps, tenure: Tenure, host: HostSession): Promise<void> {
  let offset = 0;
  while (!deps.stopping() && tenure.run().state === 'switching') {
    const recorder = recordSteps(tenure);
    const endWatch = passOnCancel(deps, tenure.run(), host);
    let looked: Awaited<ReturnType<HostSession['follow']>>;
    try {
      looked = await host.follow(attemptOf(tenure.run()), { offset, seconds: LOOK_SECONDS }, recorder.take);
    } finally {
      endWatch();
      // Also when the connection broke: what was read before is written before anything is read again.
      await recorder.finished();
    }
    offset = looked.offset;
    await react(deps, tenure, host, looked.status);
  }
}

function attemptOf({ id, attempt, plan, recovery }: Run): Attempt {
  return { run: id, number: attempt, digest: recovery?.digest ?? plan?.digest ?? '' };
}

async function react(
  deps: FollowDeps,
  tenure: Tenure,
  host: HostSession,
  status: SwitchStatus,
): Promise<void> {
  const run = tenure.run();
  switch (status.kind) {
    case 'running':
      return;
    case 'absent':
      await launchOnce(deps, tenure, host);
      return;
    case 'claimed':
      await launchOnce(deps, tenure, host);
      await deps.wait(CLAIMED_MS);
      return;
    case 'foreign':
      await tenure.append(foreign(status.claim));
      return;
    case 'interrupted':
      await tenure.append(await ended(host, run, 'interrupted', lastStep(run), status.rebooted ? 1 : 0));
      return;
    case 'done':
      await tenure.append(await ended(host, run, status.outcome, status.step, status.code));
  }
}

function lastStep({ steps, attempt }: Run): string {
  return steps.findLast((step) => step.attempt === attempt)?.name ?? 'lock';
}

/** Where a person may have to decide, the host is asked what is there now: steps alone do not tell what took effect. */
async function ended(
  host: HostSession,
  run: Run,
  outcome: SwitchOutcome,
  step: string,
  code: number,
): Promise<RunEvent> {
  const decided =
    outcome === 'done' || outcome === 'put-back' || (outcome === 'untouched' && run.attempt === 1);
  const found = decided ? null : await stateOf(host, run);
  // A program that died before it stopped anything has done nothing.
  const nothing = outcome === 'interrupted' && run.attempt === 1 && found?.begun === false;
  return {
    type: 'switch-ended',
    outcome: nothing ? 'untouched' : outcome,
    step: nothing ? 'interrupted' : step,
    code,
    logTail: await logTail(host, attemptOf(run)),
    found,
  };
}

async function stateOf(host: HostSession, { id, plan }: Run): Promise<HostState | null> {
  if (plan === null) throw new Error(`${id} is switching without a plan`);
  try {
    return await host.look(id, plan);
  } catch (error) {
    // Asked again it would say the same: people are told that it is not known.
    if (error instanceof HostError && error.failure === 'errored') return null;
    throw error;
  }
}

/** A run that never began has no log. */
async function logTail(host: HostSession, attempt: Attempt): Promise<string> {
  try {
    return await host.logTail(attempt);
  } catch (error) {
    if (error instanceof HostError && error.failure === 'errored') return '';
    throw error;
  }
}

/** Starts the program where it certainly never began. What the host itself refuses is not a lost connection. */
async function launchOnce(deps: FollowDeps, tenure: Tenure, host: HostSession): Promise<void> {
  const run = tenure.run();
  const { id, plan, recovery } = run;
  if (plan === null) throw new Error(`${id} is switching without a plan`);
  const attempt = attemptOf(run);
  const problem = recoveryProblem(run, deps.signer);
  const expired = deps.clock.now() >= ((recovery ?? run).expiresAt ?? '');
  try {
    if (expired || problem !== null) {
      // On the host, not only in the record: a worker that was paused before its launch must find the door closed.
      await host.voidAttempt(attempt);
      if (problem !== null) await tenure.append(untouched('decision', problem));
      return;
    }
    await host.keepRecord(id, recordText(id, await deps.store.events(id), deps.signer));
    const launched = await host.launch(attempt, plan, recovery?.recovery ?? null);
    if (launched !== 'launched') await tenure.append(foreign(launched.claimedBy));
  } catch (error) {
    if (!(error instanceof HostError) || error.failure !== 'errored') throw error;
    // Nobody who comes late could start it either: the host does not take the program.
    if (expired) await tenure.append(untouched('launch', error.message));
    else await note(tenure, `the switch cannot be started yet, and the site is untouched (${error.message})`);
    await deps.wait(RETRY_MS);
  }
}

function foreign(claim: string): RunEvent {
  return untouched('claim', `the run directory on the host belongs to another plan (${claim.slice(0, 12)})`);
}

function untouched(step: string, why: string): RunEvent {
  return { type: 'switch-ended', outcome: 'untouched', step, code: 0, logTail: why, found: null };
}

/** A Cancel is written down by others, while this worker is reading: it is told to the host within a second. */
function passOnCancel({ store, every }: FollowDeps, run: Run, host: HostSession): () => void {
  let told = false;
  return every(WATCH_MS, async () => {
    if (told) return;
    const now = await store.read(run.id);
    if (now === null || now.cancelledBy === null || now.attempt !== run.attempt) return;
    await host.cancel(attemptOf(now));
    told = true;
  });
}

/** Writes each journal line once, in order; a line that the record has already is passed over. */
function recordSteps(tenure: Tenure): { take: (line: JournalLine) => void; finished: () => Promise<void> } {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    take(line) {
      tail = tail.then(() => {
        const event = stepEvent(line);
        return event && isNews(tenure.run(), event) ? tenure.append(event) : undefined;
      });
      // The error is not lost: finished() rejects with it.
      tail.catch(() => undefined);
    },
    finished: async () => {
      await tail;
    },
  };
}

type StepEvent = Extract<RunEvent, { type: 'step' }>;

function stepEvent({ kind, name, code, at }: JournalLine): StepEvent | null {
  if (kind === 'finish') return null;
  return {
    type: 'step',
    name,
    phase: kind === 'begin' ? 'start' : 'end',
    code: kind === 'begin' ? null : code,
    hostTime: at,
  };
}

function isNews(run: Run, event: StepEvent): boolean {
  const known = run.steps.find((step) => step.attempt === run.attempt && step.name === event.name);
  return event.phase === 'start' ? known === undefined : known !== undefined && known.endedAt === null;
}

async function note(tenure: Tenure, what: string): Promise<void> {
  if (tenure.run().looking !== what) await tenure.append({ type: 'looked', what });
}
