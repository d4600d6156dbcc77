import {
  type Enrolment,
  type EnrolProblem,
  type FactorRecord,
  INVITATION_MS,
} from '../../domain/approval/factor.ts';
import { DAMAGED, type FactorOrDamaged, type Kept } from '../ports/factors.ts';
import type { FactorDeps } from './check-code.ts';

export interface EnrolDeps extends FactorDeps {
  /** A word that nobody guesses, for an invitation. */
  readonly newWord: () => string;
}

/** A secret that is shown to one person. It counts as soon as they have typed a code made with it. */
export interface Offer {
  readonly secret: string;
  /** The invitation behind it, as it is kept; null: an operator at the terminal. */
  readonly invitation: string | null;
  /** ISO 8601. */
  readonly until: string;
}

/** Invites somebody to enrol in Slack, once. The word is what they have to type there. */
export async function inviteToEnrol(
  deps: EnrolDeps,
  person: string,
): Promise<{ readonly word: string; readonly until: string } | EnrolProblem> {
  if (isEnrolled(await deps.factors.read(person))) return 'enrolled-already';
  const invitation = { word: deps.newWord(), until: untilOf(deps) };
  await deps.factors.invite(person, invitation);
  return invitation;
}

/** A secret for whoever was invited and has typed the word; `word` null: for an operator at the terminal. */
export async function offerSecret(
  deps: FactorDeps,
  person: string,
  word: string | null,
): Promise<Offer | EnrolProblem> {
  if (isEnrolled(await deps.factors.read(person))) return 'enrolled-already';
  const secret = deps.totp.newSecret();
  if (word === null) return { secret, invitation: null, until: untilOf(deps) };
  const invited = await deps.factors.invitation(person);
  if (invited === null || plainWord(invited.value.word) !== plainWord(word)) return 'not-invited';
  const { until } = invited.value;
  return deps.clock.now() < until ? { secret, invitation: invited.text, until } : 'over';
}

/** The person has typed a code: if it was made with the secret, that counts from now on. null: done. */
export async function takeOffer(
  { factors, totp, clock }: FactorDeps,
  person: string,
  { secret, invitation, until }: Offer,
  code: string,
): Promise<EnrolProblem | null> {
  const now = clock.now();
  if (now >= until) return 'over';
  const lastStep = totp.stepOf(secret, code.replaceAll(/\s/g, ''), now);
  if (lastStep === null) return 'wrong-code';
  const kept = await factors.read(person);
  if (isEnrolled(kept)) return 'enrolled-already';
  const serial = serialAfter(kept, now);
  const next: Enrolment = {
    kind: 'enrolled',
    serial,
    secret,
    since: now,
    lastStep,
    wrongAt: [],
    lockedUntil: null,
  };
  const before = kept?.text ?? null;
  const written =
    invitation === null
      ? await factors.write(person, before, next)
      : await factors.accept(person, invitation, before, next);
  return written ? null : 'not-invited';
}

/** Takes somebody's factor away, also one that can't be read. False: there was none. */
export async function removeFactor(
  { factors, clock }: Pick<FactorDeps, 'factors' | 'clock'>,
  person: string,
): Promise<boolean> {
  const kept = await factors.read(person);
  if (kept === null || (kept.value !== DAMAGED && kept.value.kind === 'removed')) return false;
  const at = clock.now();
  const removed: FactorRecord = { kind: 'removed', serial: serialAfter(kept, at), at };
  if (await factors.write(person, kept.text, removed)) return true;
  throw new Error(`the second factor of ${person} was changed at the same moment; try again`);
}

/** One that can't be read counts as one: an operator has to remove it first. */
function isEnrolled(kept: Kept<FactorOrDamaged> | null): boolean {
  return kept !== null && (kept.value === DAMAGED || kept.value.kind === 'enrolled');
}

/** The time, so that it also grows if the one before can't be read or was deleted. */
function serialAfter(kept: Kept<FactorOrDamaged> | null, now: string): number {
  const before = kept === null || kept.value === DAMAGED ? 0 : kept.value.serial;
  return Math.max(before + 1, Date.parse(now));
}

function untilOf({ clock }: Pick<FactorDeps, 'clock'>): string {
  return new Date(Date.parse(clock.now()) + INVITATION_MS).toISOString();
}

/** People read the word from a screen: its dash and its case do not matter. */
function plainWord(word: string): string {
  return word.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
}
