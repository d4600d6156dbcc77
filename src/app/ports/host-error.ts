import type { Hint } from '../../domain/host/hints.ts';

/** What went wrong between us and a host. `unknown`: a command was running, and its effect can't be known. */
export type HostFailure =
  | 'unreachable'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'authentication'
  /** The bot's own key or known hosts can't be read; the host was not asked. */
  | 'no-login'
  | 'timed-out'
  | 'unknown'
  | 'errored';

export class HostError extends Error {
  override readonly name = 'HostError';
  readonly failure: HostFailure;
  /** What to do about it, if that is more than the kind of failure tells. */
  readonly next: string | undefined;

  constructor(failure: HostFailure, message: string, options?: ErrorOptions & { readonly next?: string }) {
    super(message, options);
    this.failure = failure;
    this.next = options?.next;
  }
}

/** A probe's "no"; the sentence is fit for people. */
export interface Problem {
  readonly problem: string;
  readonly detail?: string | undefined;
  /** What to do about it, if the probe itself knows. */
  readonly hint?: Hint | undefined;
  /** Present if the probe itself knows which kind of "no" it is. */
  readonly code?:
    | 'cause-elsewhere'
    | 'disk-space'
    | 'undo-not-kept'
    | 'undo-overtaken'
    | 'lock-held'
    | 'tools-missing'
    | undefined;
}
