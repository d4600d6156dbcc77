import { setTimeout } from 'node:timers/promises';

import type { HostAddress } from '../../domain/site/site.ts';
import { type ConnectOptions, type Credentials, connect } from './connect.ts';
import type { Link } from './link.ts';
import { notSent, type Outcome } from './outcome.ts';
import { execute } from './run-command.ts';
import { createSlots, type Slots } from './slots.ts';
import { armStop, type CommandStop, type StopReason } from './stop.ts';

export type { ConnectOptions, Credentials } from './connect.ts';
export { ConnectError } from './connect-error.ts';
export type { Outcome } from './outcome.ts';

export interface RunOptions {
  /** A command line for the login shell of the host. */
  readonly command: string;
  readonly stdin?: string | Uint8Array;
  /** Counts from the call on, and includes waiting for a free channel. */
  readonly deadlineMs: number;
  /** How many of the last bytes of each stream are kept (default 1 MiB). Earlier ones are dropped. */
  readonly maxBytes?: number;
  /** Gets everything that the program prints, as it comes, never half a character. */
  readonly onStdout?: (text: string) => void;
  /** If no byte comes for this long, counted from the moment of sending, the outcome is unknown. */
  readonly silenceMs?: number;
  /** Ends the waiting, not the remote program. */
  readonly signal?: AbortSignal;
}

/** What is worth keeping of what a host said, beside its answers. */
export interface SessionLog {
  /** What the login printed around an answer. */
  beside(text: string): void;
  /** An answer that could not be used. */
  failed(why: string, details: Readonly<Record<string, string>>): void;
}

export interface Session {
  /** `SHA256:…` of the host key that was verified. */
  readonly hostKey: string;
  /** Never rejects and always settles; see Outcome for what can be known. */
  run(options: RunOptions): Promise<Outcome>;
  close(): void;
  readonly closed: boolean;
  readonly log?: SessionLog;
}

const DEFAULT_MAX_BYTES = 1024 * 1024;
/** sshd's MaxSessions is 10 by default, and a channel that we gave up may still count for a while. */
const MAX_CHANNELS = 8;
/**
 * sshd counts a session until it has tidied up, some moments after both sides closed the channel. So a busy connection is
 * sometimes refused a channel although it has fewer than MaxSessions.
 */
const REFUSED_PAUSES_MS = [10, 20, 40, 80, 160, 320];

/** Throws ConnectError, and then nothing was done on the host. */
export async function openSession(
  host: HostAddress,
  credentials: Credentials,
  { log, ...options }: ConnectOptions & { readonly log?: SessionLog | undefined } = {},
): Promise<Session> {
  const { link, hostKey } = await connect(host, credentials, options);
  const slots = createSlots(MAX_CHANNELS);
  return {
    ...(log && { log }),
    hostKey,
    run: (run) => runOnLink(link, slots, run),
    close: () => link.close(),
    get closed() {
      return link.lost !== undefined;
    },
  };
}

async function runOnLink(link: Link, slots: Slots, options: RunOptions): Promise<Outcome> {
  if (link.lost !== undefined) return notSent('connection is closed');
  const stop = armStop({
    deadlineMs: options.deadlineMs,
    signal: options.signal,
    onLost: (listener) => link.onLost(listener),
  });
  try {
    let outcome = await runInSlot(link, slots, options, stop);
    for (const pauseMs of REFUSED_PAUSES_MS) {
      if (!isRefusal(outcome) || stop.reason !== undefined) break;
      await pause(pauseMs, stop.signal);
      outcome = await runInSlot(link, slots, options, stop);
    }
    return outcome;
  } finally {
    stop.disarm();
  }
}

async function runInSlot(link: Link, slots: Slots, options: RunOptions, stop: CommandStop): Promise<Outcome> {
  const free = await slots.take(stop.signal);
  // Check this even with a channel in hand: the wait may have ended in the turn between getting it and this line.
  if (free === null || stop.reason !== undefined) {
    free?.();
    return notSent(whyNotSent(stop.reason));
  }
  if (options.silenceMs !== undefined) stop.limitSilence(options.silenceMs);
  const command = { ...options, maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES };
  return await execute(link.client, command, stop, free);
}

/** Certainly without effect, so it is safe to ask again. */
function isRefusal(outcome: Outcome): boolean {
  return outcome.kind === 'unknown' && outcome.notSent === true;
}

/** Ends early, without an error, when the wait is over. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}

function whyNotSent(reason: StopReason | undefined): string {
  return reason?.kind === 'timed-out'
    ? `no channel became free within ${reason.afterMs} ms`
    : (reason?.why ?? 'stopped');
}
