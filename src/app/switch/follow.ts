import type { RunEvent, SwitchOutcome } from '../../domain/run/event.ts';
import { isHostSilent } from '../../domain/run/host-silence.ts';
import { overdue } from '../../domain/run/overdue.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import type { Attempt } from '../../remote/run-commands.ts';
import {
  HostError,
  type HostSession,
  type Hosts,
  type JournalLine,
  type SwitchStatus,
} from '../ports/host.ts';
import { onHost } from '../run/on-host.ts';
import type { RunWriter } from '../run/pickup.ts';
import { attemptOf } from './attempt-of.ts';
import { answered, type HostPatience, noAnswer } from './host-silence.ts';
import { newsOf } from './journal-events.ts';
import { foreign, type HostOfSite, type LaunchDeps, launchOnce, voidedEnd } from './launch.ts';
import { stateOnHost } from './state-on-host.ts';

export interface FollowDeps extends LaunchDeps {
  readonly hosts: Hosts;
  /** Calls a function every so many milliseconds until the returned one is called. */
  readonly every: (ms: number, work: () => Promise<void>) => () => void;
  /** True when this process is asked to stop: the program on the host goes on without us. */
  readonly stopping: () => boolean;
  readonly patience: HostPatience;
}

/** How long one look at the journal lasts before it is begun anew, in seconds. */
const LOOK_SECONDS = 20;
const RETRY_MS = 1_000;
/** How often the record is asked whether somebody has cancelled. */
const WATCH_MS = 1_000;
/** The step that `void.sh` names. */
const VOIDED = 'expired';
/** A program that was launched needs a moment until it says that it has begun. */
const CLAIMED_MS = 200;

/**
 * Follows the program on the host to its end, over as many connections as it takes. Whatever state it is found in
 * decides what is done; it is started only where it certainly never began, and only while the plan is valid. A host that
 * stays away is left to people, and to whoever finds that it answers again.
 */
export async function followSwitch(deps: FollowDeps, writer: RunWriter, site: Site): Promise<void> {
  while (!deps.stopping() && isFollowed(writer.run())) {
    try {
      await onHost(deps.hosts, site, (host) => followOver(deps, writer, { host, site }));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      await noAnswer(deps, writer, error);
      // It would hold one of few workers for as long as the host is away.
      if (isHostSilent(writer.run())) return;
      await deps.wait(RETRY_MS);
    }
  }
}

function isFollowed(run: Run): boolean {
  return run.state === 'switching' || isHostSilent(run);
}

async function followOver(deps: FollowDeps, writer: RunWriter, place: HostOfSite): Promise<void> {
  const { host } = place;
  let offset = 0;
  while (!deps.stopping() && isFollowed(writer.run())) {
    // After a silence people wait for the first word.
    const seconds = writer.run().silence === null ? LOOK_SECONDS : 0;
    const recorder = recordSteps(writer);
    const endWatch = passOnCancel(deps, writer.run(), host);
    let looked: Awaited<ReturnType<HostSession['follow']>>;
    try {
      looked = await host.follow(attemptOf(writer.run()), { offset, seconds }, recorder.take);
    } finally {
      endWatch();
      // Also when the connection broke: what was read before is written before anything is read again.
      await recorder.finished();
    }
    offset = looked.offset;
    await react(deps, writer, place, looked.status);
  }
}

async function react(
  deps: FollowDeps,
  writer: RunWriter,
  place: HostOfSite,
  status: SwitchStatus,
): Promise<void> {
  const run = writer.run();
  const { host } = place;
  switch (status.kind) {
    case 'running': {
      const late = overdue(run, status.quietSeconds);
      if (late === null) return answered(writer);
      // It may be the clock that is wrong: a Cancel counts all the same.
      await passOn(deps, run, host);
      throw new HostError('timed-out', late);
    }
    case 'absent':
    case 'claimed':
      // What has begun does not begin again, also where the host has lost all traces of it, as after a restore of its disk.
      // What it says of the database goes by those traces.
      if (hasBegun(run))
        return answered(writer, {
          ...(await ended(host, run, 'interrupted', lastStep(run), 0)),
          found: null,
        });
      // Before anything is done on the host: a person who has closed the run meanwhile was first.
      if (isHostSilent(run)) await answered(writer);
      await launchOnce(deps, writer, place);
      if (status.kind === 'claimed') await deps.wait(CLAIMED_MS);
      return;
    case 'foreign':
      return answered(writer, foreign(status.claim));
    case 'interrupted':
      return answered(writer, await ended(host, run, 'interrupted', lastStep(run), status.rebooted ? 1 : 0));
    case 'done': {
      const end = await ended(host, run, status.outcome, status.step, status.code);
      return answered(writer, status.step === VOIDED ? await voidedEnd(deps, writer, place, end) : end);
    }
  }
}

function hasBegun({ steps, attempt }: Run): boolean {
  return steps.some((step) => step.attempt === attempt);
}

function hasStopped({ steps }: Run): boolean {
  return steps.some(({ name }) => name === 'stop');
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
): Promise<Extract<RunEvent, { type: 'switch-ended' }>> {
  const decided =
    outcome === 'done' || outcome === 'put-back' || (outcome === 'untouched' && run.attempt === 1);
  const found = decided ? null : await stateOnHost(host, run);
  // A program that died before it stopped anything has done nothing; a host that lost its traces does not know of the stop.
  const nothing =
    outcome === 'interrupted' && run.attempt === 1 && found?.begun === false && !hasStopped(run);
  return {
    type: 'switch-ended',
    outcome: nothing ? 'untouched' : outcome,
    step: nothing ? 'interrupted' : step,
    code,
    logTail: await logTail(host, attemptOf(run)),
    found,
  };
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

/** A Cancel is written down by others, while this worker is reading: it is told to the host within a second. */
function passOnCancel(deps: FollowDeps, run: Run, host: HostSession): () => void {
  let told = false;
  return deps.every(WATCH_MS, async () => {
    if (!told) told = await passOn(deps, run, host);
  });
}

async function passOn({ store }: FollowDeps, run: Run, host: HostSession): Promise<boolean> {
  const now = await store.read(run.id);
  if (now === null || now.cancelledBy === null || now.attempt !== run.attempt) return false;
  await host.cancel(attemptOf(now));
  return true;
}

/** Writes each journal line once, in order; a line that the record has already is passed over. */
function recordSteps(writer: RunWriter): {
  take: (line: JournalLine) => void;
  finished: () => Promise<void>;
} {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    take(line) {
      tail = tail.then(() => {
        const event = newsOf(writer.run(), line);
        return event === null ? undefined : answered(writer, event);
      });
      // The error is not lost: finished() rejects with it.
      tail.catch(() => undefined);
    },
    finished: async () => {
      await tail;
    },
  };
}
