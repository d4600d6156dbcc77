import type { RunEvent } from '../domain/event.ts';
import type { Run } from '../domain/run.ts';
import type { Site } from '../domain/site.ts';
import { HostError, type HostSession, type Hosts, type JournalLine, type SwitchStatus } from './host-port.ts';
import type { Clock } from './ports.ts';
import type { Tenure } from './tenure.ts';

export interface FollowDeps {
  readonly hosts: Hosts;
  readonly clock: Clock;
  /** Resolves after so many milliseconds, or at once when this process is asked to stop. */
  readonly wait: (ms: number) => Promise<void>;
  /** True when this process is asked to stop: the program on the host goes on without us. */
  readonly stopping: () => boolean;
}

/** How long one look at the journal lasts before it is begun anew, in seconds. */
const LOOK_SECONDS = 20;
const RETRY_MS = 1_000;
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
    let looked: Awaited<ReturnType<HostSession['follow']>>;
    try {
      const { id, plan } = tenure.run();
      looked = await host.follow(
        id,
        { digest: plan?.digest ?? '', offset, seconds: LOOK_SECONDS },
        recorder.take,
      );
    } finally {
      // Also when the connection broke: what was read before is written before anything is read again.
      await recorder.finished();
    }
    offset = looked.offset;
    await react(deps, tenure, host, looked.status);
  }
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
      await tenure.append({
        type: 'switch-ended',
        outcome: 'interrupted',
        step: run.steps.at(-1)?.name ?? 'lock',
        code: status.rebooted ? 1 : 0,
        logTail: await logTail(host, run.id),
      });
      return;
    case 'done':
      await tenure.append({
        type: 'switch-ended',
        outcome: status.outcome,
        step: status.step,
        code: status.code,
        logTail: await logTail(host, run.id),
      });
  }
}

/** A run that never began has no log. */
async function logTail(host: HostSession, runId: string): Promise<string> {
  try {
    return await host.logTail(runId);
  } catch (error) {
    if (error instanceof HostError && error.failure === 'errored') return '';
    throw error;
  }
}

/** Starts the program where it certainly never began. What the host itself refuses is not a lost connection. */
async function launchOnce(deps: FollowDeps, tenure: Tenure, host: HostSession): Promise<void> {
  const { id, plan, expiresAt } = tenure.run();
  if (plan === null) throw new Error(`${id} is switching without a plan`);
  const expired = deps.clock.now() >= (expiresAt ?? '');
  try {
    if (expired) {
      // On the host, not only in the record: a worker that was paused before its launch must find the door closed.
      await host.voidRun(id);
      return;
    }
    const launched = await host.launch(id, plan);
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
  return { type: 'switch-ended', outcome: 'untouched', step, code: 0, logTail: why };
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
  const known = run.steps.find((step) => step.name === event.name);
  return event.phase === 'start' ? known === undefined : known !== undefined && known.endedAt === null;
}

async function note(tenure: Tenure, what: string): Promise<void> {
  if (tenure.run().looking !== what) await tenure.append({ type: 'looked', what });
}
