/**
 * Every way the bot can say no. A refusal is a policy's answer, not an error: nothing was started, and the sentence says
 * what is wrong and what to do next. The code is for logs, tests and the small print.
 */
export const REASON_CODES = [
  'already-live',
  'approver-is-requester',
  'approver-not-allowed',
  'approval-expired',
  'approval-forged',
  'backup-incomplete',
  'backup-missing',
  'backup-not-replayable',
  'backup-other-site',
  'backup-schema-mismatch',
  'backup-too-new',
  'backup-unjudged',
  'bot-errored',
  'cannot-tell-migrations',
  'cause-elsewhere',
  'code-only-unsafe',
  'database-shared',
  'database-unsupported',
  'dirty-tree',
  'disk-space',
  'environment-differs',
  'environment-unreadable',
  'glass-mistyped',
  'glass-not-allowed',
  'factor-needed',
  'host-errored',
  'host-key-changed',
  'host-key-unknown',
  'host-unreachable',
  'host-unsupported',
  'host-wrong-user',
  'identity-bot',
  'identity-deleted',
  'identity-guest',
  'identity-stranger',
  'identity-unknown',
  'lock-held',
  'plan-changed',
  'record-unreadable',
  'record-unsealed',
  'rehearsal-failed',
  'redis-unfit',
  'requester-not-allowed',
  'rights-missing',
  'run-number-taken',
  'site-busy',
  'target-ahead-of-database',
  'target-does-not-start',
  'target-not-installable',
  'target-unreviewed',
  'tools-missing',
  'undo-half-way',
  'undo-not-kept',
  'undo-not-newest',
  'undo-nothing',
  'undo-overtaken',
  'version-ambiguous',
  'version-moved',
  'version-unknown',
  'version-unread',
  'wrong-owner',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

export interface Refusal {
  readonly code: ReasonCode;
  /** What is wrong, one sentence in plain words. */
  readonly sentence: string;
  /** What the person can do about it, one sentence or one command per line. */
  readonly next: string;
  /** Who may do it instead: ids of users and user groups. */
  readonly mayInstead?: readonly string[];
}

export function refusal(code: ReasonCode, sentence: string, next: string): Refusal {
  return { code, sentence, next };
}
