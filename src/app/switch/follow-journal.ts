import { isCancelled } from '../../domain/run/attempts.ts';
import type { Run } from '../../domain/run/run.ts';
import type { HostSession } from '../ports/host.ts';
import type { JournalLine, SwitchStatus } from '../ports/run-program.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { RunWriter } from '../run/pickup.ts';
import { attemptOf } from './attempt-of.ts';
import { answered } from './host-silence.ts';
import { newsOf } from './journal-events.ts';

export interface FollowDeps {
  readonly store: Pick<RunStore, 'read'>;
  /** Calls a function every so many milliseconds until the returned one is called. */
  readonly every: (ms: number, work: () => Promise<void>) => () => void;
}

/** How long the worker follows the journal before it asks the host again, in seconds. */
const FOLLOW_SECONDS = 20;

/** How often the worker reads whether someone has cancelled. */
const WATCH_MS = 1_000;

/**
 * Writes down the host's journal from `offset` on, for a while or until the program ends, and passes a Cancel on. Errors:
 * HostError if the host does not answer; lines that were read before are still written.
 */
export async function followJournal(
  deps: FollowDeps,
  writer: RunWriter,
  host: HostSession,
  offset: number,
): Promise<{ readonly offset: number; readonly status: SwitchStatus }> {
  // After a silence people wait for the first news.
  const seconds = writer.run().silence === null ? FOLLOW_SECONDS : 0;
  const recorder = recordSteps(writer);
  const endWatch = watchForCancel(deps, writer.run(), host);
  try {
    return await host.follow(attemptOf(writer.run()), { offset, seconds }, recorder.take);
  } finally {
    endWatch();
    // Even if the connection broke: write everything that was read before reading more.
    await recorder.finished();
  }
}

/** Other processes write a Cancel while this worker reads the journal. The host hears of it within a second. */
function watchForCancel(deps: FollowDeps, run: Run, host: HostSession): () => void {
  let told = false;
  return deps.every(WATCH_MS, async () => {
    if (!told) told = await passOnCancel(deps, run, host);
  });
}

/** True: someone has cancelled this attempt, and the host knows. */
export async function passOnCancel(
  { store }: Pick<FollowDeps, 'store'>,
  run: Run,
  host: HostSession,
): Promise<boolean> {
  const now = await store.read(run.id);
  if (now === null || !isCancelled(now) || now.switched?.attempt !== run.switched?.attempt) return false;
  await host.cancel(attemptOf(now));
  return true;
}

/** Writes each journal line once, in order, and skips lines that the record already has. */
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
