import { asset } from './asset.ts';
import { commandLine } from './quote.ts';

/** Where one run keeps everything it has on the host. */
export function runDirectory(root: string, runId: string): string {
  return `${root}/.rollback-bot/runs/${runId}`;
}

function programPath(root: string, sha256: string): string {
  return `${root}/.rollback-bot/programs/${sha256}.sh`;
}

function script(name: string, ...parameters: readonly string[]): string {
  return commandLine(['sh', '-c', asset(name), name, ...parameters]);
}

/** The program's text comes on standard input. */
export function placeCommand(root: string, sha256: string): string {
  return script('place.sh', `${root}/.rollback-bot/programs`, sha256);
}

export function launchCommand(root: string, runId: string, sha256: string, digest: string): string {
  return script('launch.sh', runDirectory(root, runId), programPath(root, sha256), digest);
}

/** Where to read on in the journal, and for how long. */
export interface Look {
  /** The plan whose program is followed: another one's result is not ours. */
  readonly digest: string;
  /** Bytes of the journal that are already known. */
  readonly offset: number;
  /** How long to wait for more. */
  readonly seconds: number;
}

export function followCommand(root: string, runId: string, { digest, offset, seconds }: Look): string {
  return script('follow.sh', runDirectory(root, runId), digest, String(offset), String(seconds));
}

/** The end of the log, at most `bytes` of it. */
export function logTailCommand(root: string, runId: string, bytes: number): string {
  return commandLine(['tail', '-c', String(bytes), `${runDirectory(root, runId)}/log`]);
}

/** Ends a run that was never started, so that nobody who comes late can start it. */
export function voidCommand(root: string, runId: string): string {
  return script('void.sh', runDirectory(root, runId));
}
