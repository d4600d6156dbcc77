import { type CodeVerdict, digitsOf, judgeCode } from '../../domain/approval/factor.ts';
import { DAMAGED, type Factors } from '../ports/factors.ts';
import type { Clock } from '../ports/outside.ts';
import type { Totp } from '../ports/totp.ts';

export interface FactorDeps {
  readonly factors: Factors;
  readonly totp: Totp;
  readonly clock: Clock;
}

/** Nobody can show a code for this person now. */
export type FactorProblem =
  | { readonly kind: 'missing' | 'damaged' }
  | Extract<CodeVerdict, { readonly kind: 'locked' }>;

/** What became of a code. `no-digits`: it can't be one, and does not count. */
export type CodeAnswer = CodeVerdict | FactorProblem | { readonly kind: 'no-digits' };

/** More bots than this do not check codes of one person at once. */
const ROUNDS = 10;

/**
 * Checks a code and stores what that means, before anybody acts on it: a code counts once, whichever bot checks it, and wrong
 * ones are counted across bots.
 */
export async function checkCode(
  { factors, totp, clock }: FactorDeps,
  person: string,
  typed: string,
): Promise<CodeAnswer> {
  const code = digitsOf(typed);
  if (code === null) return { kind: 'no-digits' };
  for (let round = 0; round < ROUNDS; round += 1) {
    const kept = await factors.read(person);
    if (kept?.value === DAMAGED) return { kind: 'damaged' };
    if (kept === null || kept.value.kind === 'removed') return { kind: 'missing' };
    const now = clock.now();
    const verdict = judgeCode(kept.value, totp.stepOf(kept.value.secret, code, now), now);
    if (!('next' in verdict) || (await factors.write(person, kept.text, verdict.next))) return verdict;
  }
  throw new Error(`the second factor of ${person} changes all the time`);
}

/** Why this person can't show a code now; null: they can, as far as the bot can tell. */
export async function factorProblem(
  { factors, clock }: Pick<FactorDeps, 'factors' | 'clock'>,
  person: string,
): Promise<FactorProblem | null> {
  const kept = await factors.read(person);
  if (kept?.value === DAMAGED) return { kind: 'damaged' };
  if (kept === null || kept.value.kind === 'removed') return { kind: 'missing' };
  const { lockedUntil } = kept.value;
  return lockedUntil !== null && clock.now() < lockedUntil ? { kind: 'locked', until: lockedUntil } : null;
}
