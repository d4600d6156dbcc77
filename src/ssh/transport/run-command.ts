import type { Client, ClientChannel } from 'ssh2';

import type { Outcome } from './outcome.ts';
import { createTail, createTextFeed, type Tail } from './output.ts';
import type { CommandStop, StopReason } from './stop.ts';

export interface RemoteCommand {
  readonly command: string;
  readonly stdin?: string | Uint8Array | undefined;
  readonly maxBytes: number;
  readonly onStdout?: ((text: string) => void) | undefined;
}

/** What the host said about the end of the program. */
type Exit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string };

/** How the command ended: the program's own end, or why we know of none. */
type Ending = Exit | StopReason | { readonly kind: 'not-sent'; readonly why: string };

/** What has come from the host so far. */
interface Seen {
  readonly stdout: Tail;
  readonly stderr: Tail;
  exit: Exit | undefined;
}

/**
 * Runs a command on a raw channel until it ends, or until `stop` fires. Calls `free` when the connection has one channel
 * less, which may be after the outcome: a host that is told to close a channel still has to confirm it.
 */
export function execute(
  client: Client,
  command: RemoteCommand,
  stop: CommandStop,
  free: () => void,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const seen: Seen = {
      stdout: createTail(command.maxBytes),
      stderr: createTail(command.maxBytes),
      exit: undefined,
    };
    let channel: ClientChannel | undefined;
    let over = false;
    const finish = (ending: Ending): void => {
      if (over) return;
      over = true;
      stop.signal.removeEventListener('abort', onStop);
      resolve(outcomeOf(ending, seen));
      channel?.close();
    };
    const onStop = (): void => finish(stop.reason ?? { kind: 'unknown', why: 'stopped' });
    stop.signal.addEventListener('abort', onStop);

    const onRefused = (ending: Ending): void => {
      free();
      finish(ending);
    };
    openChannel(client, command.command, onRefused, (opened) => {
      channel = opened;
      opened.once('close', free);
      if (over) {
        discard(opened);
        return;
      }
      record(opened, command.onStdout, seen, stop, finish);
      opened.end(command.stdin);
    });
  });
}

/** Both callbacks run in the same turn as the answer, because the program's end may be in the same packet. */
function openChannel(
  client: Client,
  command: string,
  onRefused: (ending: Ending) => void,
  onOpened: (channel: ClientChannel) => void,
): void {
  try {
    client.exec(command, (error, channel) => {
      if (error === undefined) onOpened(channel);
      else onRefused(refusal(error));
    });
  } catch (error) {
    onRefused({ kind: 'not-sent', why: `the command was not sent: ${text(error)}` });
  }
}

/**
 * A host gives a reason only if it refuses the channel itself; then it has not seen the command. A refused command and a
 * channel that closed without an answer look alike in ssh2, and the second says nothing about the effect.
 */
function refusal(error: Error): Ending {
  return 'reason' in error
    ? { kind: 'not-sent', why: `the host opened no channel: ${error.message}` }
    : { kind: 'unknown', why: `the host did not confirm the command: ${error.message}` };
}

function record(
  channel: ClientChannel,
  onStdout: ((text: string) => void) | undefined,
  seen: Seen,
  stop: CommandStop,
  finish: (ending: Ending) => void,
): void {
  const feed = createTextFeed(onStdout);
  const hand = (give: () => void): void => {
    // A listener that throws must not take down the connection, and with it the commands of everyone else.
    try {
      if (!stop.signal.aborted) give();
    } catch (error) {
      finish({ kind: 'unknown', why: `the listener for the output failed: ${text(error)}` });
    }
  };
  // Everything is consumed at once and only the tail is kept, so the window never fills and memory stays bounded.
  channel.on('data', (chunk: Buffer) => {
    stop.heard();
    seen.stdout.push(chunk);
    hand(() => feed.push(chunk));
  });
  channel.stderr.on('data', (chunk: Buffer) => {
    stop.heard();
    seen.stderr.push(chunk);
  });
  channel.on('exit', (code: number | null, signal?: string) => {
    if (code !== null) seen.exit = { kind: 'exited', code };
    else if (signal !== undefined) seen.exit = { kind: 'signalled', signal };
  });
  const onError = (error: Error): void => {
    finish({ kind: 'unknown', why: `the channel broke: ${error.message}` });
  };
  channel.on('error', onError);
  channel.stderr.on('error', onError);
  channel.on('close', () => {
    hand(() => feed.end());
    finish(seen.exit ?? { kind: 'unknown', why: 'the channel closed without an exit status' });
  });
}

/** The channel opened after everyone had stopped waiting for it. */
function discard(channel: ClientChannel): void {
  channel.on('error', () => {});
  channel.stderr.on('error', () => {});
  channel.resume();
  channel.stderr.resume();
  channel.close();
}

function outcomeOf(ending: Ending, { stdout, stderr, exit }: Seen): Outcome {
  const complete = ending.kind === 'exited' || ending.kind === 'signalled';
  const output = { stdout: stdout.text(complete), stderr: stderr.text(complete) };
  switch (ending.kind) {
    case 'exited':
      return { ...ending, ...output, truncated: stdout.truncated || stderr.truncated };
    case 'not-sent':
      return { kind: 'unknown', why: ending.why, ...output, notSent: true };
    case 'unknown':
      return { kind: 'unknown', why: `${ending.why}${afterExit(exit)}`, ...output };
    case 'signalled':
    case 'timed-out':
      return { ...ending, ...output };
  }
}

/** The program's end is known, but its output may lack the last part, and would be read as if it were whole. */
function afterExit(exit: Exit | undefined): string {
  if (exit === undefined) return '';
  const how = exit.kind === 'exited' ? `exited with code ${exit.code}` : `ended by ${exit.signal}`;
  return `, after the program had ${how} and before its output was known to be complete`;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
