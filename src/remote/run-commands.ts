import type { Decision } from '../domain/run/decision.ts';
import {
  type AttemptNumber,
  attemptDirectory,
  programPath,
  programsDirectory,
  runDirectory,
} from './paths.ts';
import { programText } from './program-text.ts';
import { commandLine } from './quote.ts';

export interface Attempt extends AttemptNumber {
  /** What the attempt is claimed for: the digest of the plan, or of the decision. */
  readonly digest: string;
}

function script(name: string, ...parameters: readonly string[]): string {
  return commandLine(['sh', '-c', programText(`control/${name}`), name, ...parameters]);
}

/** Stores a program. Its text goes in on standard input. */
export function placeCommand(root: string, sha256: string): string {
  return script('place.sh', programsDirectory(root), sha256);
}

/** Claims an attempt and starts its program. `recovery`: null for the switch itself. */
export function launchCommand(
  root: string,
  attempt: Attempt,
  sha256: string,
  recovery: Decision | null,
): string {
  const [folder, run] = [attemptDirectory(root, attempt), runDirectory(root, attempt.run)];
  const words = recovery ? ['continue', run, folder, recovery.action, recovery.step] : ['run', run];
  return script('launch.sh', folder, programPath(root, sha256), attempt.digest, ...words);
}

/** Stores the bot's record of a run beside it. The record goes in on standard input; if it does not arrive whole, nothing changes. */
export function keepRecordCommand(root: string, run: string, record: string): string {
  return script('keep-record.sh', runDirectory(root, run), String(Buffer.byteLength(record)));
}

/** Marks the end of a run. From then on no worker takes it up as a run whose record was lost. */
export function recordedCommand(root: string, run: string): string {
  return commandLine(['touch', `${runDirectory(root, run)}/recorded`]);
}

/** Tells the program to begin no further step. It puts the previous code back, or stops and waits for a decision. */
export function cancelCommand(root: string, attempt: AttemptNumber): string {
  return commandLine(['touch', `${attemptDirectory(root, attempt)}/cancel`]);
}

/** Prints the state of the host and changes nothing. Programs that earlier versions have stored know the verb as `look`. */
export function stateCommand(root: string, run: string, sha256: string): string {
  return commandLine(['sh', programPath(root, sha256), 'look', runDirectory(root, run)]);
}

/** Where to continue reading the journal, and for how long. */
export interface FollowFrom {
  /** Bytes of the journal that are already known. */
  readonly offset: number;
  /** How long to wait for more. */
  readonly seconds: number;
}

export function followCommand(root: string, attempt: Attempt, { offset, seconds }: FollowFrom): string {
  return script(
    'follow.sh',
    attemptDirectory(root, attempt),
    attempt.digest,
    String(offset),
    String(seconds),
  );
}

/** Ends an attempt that never started, so that nobody can start it later. */
export function voidCommand(root: string, attempt: AttemptNumber): string {
  return script('void.sh', attemptDirectory(root, attempt));
}
