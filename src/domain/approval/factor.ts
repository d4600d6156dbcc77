/** What an approver shows beside being logged in to Slack: a code of an app on the phone. */
export const FACTORS = ['totp'] as const;

export type Factor = (typeof FACTORS)[number];

/** One person's secret, and what became of the codes. */
export interface Enrolment {
  readonly kind: 'enrolled';
  /** Grows with each change, so that an older copy is known as such. */
  readonly serial: number;
  /** Base32, as the app on the phone takes it. */
  readonly secret: string;
  /** ISO 8601. */
  readonly since: string;
  /** The time step of the last code that was accepted. No code counts twice, nor one from before it. */
  readonly lastStep: number;
  /** When codes were wrong lately, ISO 8601, the oldest first. */
  readonly wrongAt: readonly string[];
  /** Until when no code is accepted, ISO 8601; null: it is not locked. */
  readonly lockedUntil: string | null;
}

/** Somebody's secret was taken away. It stays known, so that an older copy of it does not count again. */
export interface RemovedFactor {
  readonly kind: 'removed';
  readonly serial: number;
  /** ISO 8601. */
  readonly at: string;
}

export type FactorRecord = Enrolment | RemovedFactor;

/** So many wrong codes within this time lock the factor for as long. */
export const MOST_WRONG = 5;

export const LOCK_MS = 15 * 60_000;

/** How long an invitation to enrol holds. */
export const INVITATION_MS = 15 * 60_000;

/** Why somebody does not get enrolled. */
export type EnrolProblem = 'enrolled-already' | 'not-invited' | 'over' | 'wrong-code';

/** What a code is worth. `next`: what has to be stored before anybody acts on that. */
export type CodeVerdict =
  | { readonly kind: 'accepted'; readonly next: Enrolment }
  | { readonly kind: 'wrong'; readonly left: number; readonly next: Enrolment }
  /** This code has locked it. */
  | { readonly kind: 'locks'; readonly until: string; readonly next: Enrolment }
  | { readonly kind: 'locked'; readonly until: string }
  /** The code is right, and has been used. */
  | { readonly kind: 'used' };

/** Judges a code. `step`: the time step that it belongs to; null: none around now. */
export function judgeCode(enrolment: Enrolment, step: number | null, now: string): CodeVerdict {
  const { lockedUntil, lastStep, serial } = enrolment;
  if (lockedUntil !== null && now < lockedUntil) return { kind: 'locked', until: lockedUntil };
  const changed = { ...enrolment, serial: serial + 1, lockedUntil: null };
  if (step !== null && step <= lastStep) return { kind: 'used' };
  if (step !== null) return { kind: 'accepted', next: { ...changed, lastStep: step, wrongAt: [] } };
  const since = new Date(Date.parse(now) - LOCK_MS).toISOString();
  const wrongAt = [...enrolment.wrongAt.filter((at) => at > since), now];
  if (wrongAt.length < MOST_WRONG)
    return { kind: 'wrong', left: MOST_WRONG - wrongAt.length, next: { ...changed, wrongAt } };
  const until = new Date(Date.parse(now) + LOCK_MS).toISOString();
  return { kind: 'locks', until, next: { ...changed, wrongAt: [], lockedUntil: until } };
}

/** The six digits of what somebody typed, who may have put a space between them; null: there are not six. */
export function digitsOf(typed: string): string | null {
  const digits = typed.replaceAll(/\s/g, '');
  return /^[0-9]{6}$/.test(digits) ? digits : null;
}
