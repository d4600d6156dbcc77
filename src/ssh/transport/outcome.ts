/**
 * How a remote command ended, as far as we can know. Only `exited` with code 0 is success. `timed-out` and `unknown` say
 * nothing about the effect: the command may have run not at all, in part, or to its end.
 */
export type Outcome = Exited | Signalled | TimedOut | Unknown;

export interface Exited {
  readonly kind: 'exited';
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True if a stream was longer than `maxBytes`. Then only its end is here. */
  readonly truncated: boolean;
}

/** The remote program was killed by a signal, e.g. `SIGTERM`. */
export interface Signalled {
  readonly kind: 'signalled';
  readonly signal: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Our deadline passed; the remote program may still be running. */
export interface TimedOut {
  readonly kind: 'timed-out';
  readonly afterMs: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Unknown {
  readonly kind: 'unknown';
  readonly why: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Present if the command certainly never left this process, or was not accepted. Then it had no effect. */
  readonly notSent?: true;
}

/** The command was certainly not started, so it may be sent again. */
export function notSent(why: string): Unknown {
  return { kind: 'unknown', why, stdout: '', stderr: '', notSent: true };
}
