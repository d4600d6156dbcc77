import type { JumpHost } from '../../domain/site/site.ts';

export type ConnectFailure =
  | 'unreachable'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'authentication'
  | 'timed-out'
  | 'errored';

/** There was no session, so nothing was done on the host. The message is one clear sentence. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly failure: ConnectFailure;
  /** For host keys: the fingerprint that the host presented. */
  readonly presented?: string;
  /** For a changed host key: the fingerprints, one of which the host should have presented. */
  readonly expected?: readonly string[];
  /** The jump host at which it failed; absent: the host itself. */
  readonly jump?: JumpHost;

  constructor(
    failure: ConnectFailure,
    message: string,
    details: {
      presented?: string;
      expected?: readonly string[];
      jump?: JumpHost | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.failure = failure;
    if (details.presented !== undefined) this.presented = details.presented;
    if (details.expected !== undefined) this.expected = details.expected;
    if (details.jump !== undefined) this.jump = details.jump;
  }
}
