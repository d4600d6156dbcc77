import type { FactorRecord } from '../../domain/approval/factor.ts';

/** A sealed text as it is kept, and what it says. A write names the text that it replaces. */
export interface Kept<Value> {
  readonly text: string;
  readonly value: Value;
}

/** Somebody else than the bot has changed what is kept, or it was sealed with an APPROVAL_SECRET that is gone. */
export const DAMAGED = 'damaged';

export type FactorOrDamaged = FactorRecord | typeof DAMAGED;

/** That somebody may enrol once. */
export interface Invitation {
  /** What the person types, beside being logged in to Slack. */
  readonly word: string;
  /** ISO 8601. */
  readonly until: string;
}

/**
 * The second factors of people. What is kept is sealed for one person, so whoever can write there can read no secret, make none
 * up and give nobody another one's.
 */
export interface Factors {
  read(person: string): Promise<Kept<FactorOrDamaged> | null>;
  /** Writes if the text that was read still stands there (null: nothing); false: somebody else wrote first. */
  write(person: string, before: string | null, next: FactorRecord): Promise<boolean>;
  /** Everyone who was ever enrolled. */
  all(): Promise<ReadonlyMap<string, FactorOrDamaged>>;
  invite(person: string, invitation: Invitation): Promise<void>;
  /** null: there is none that can be read. */
  invitation(person: string): Promise<Kept<Invitation> | null>;
  /** As `write`, and takes the invitation back: it counts once. */
  accept(person: string, invitation: string, before: string | null, next: FactorRecord): Promise<boolean>;
}

/** What is sealed for one purpose does not pass for another. */
export type SealPurpose = 'factor' | 'invitation' | 'offer';

/** Seals texts about one person, so that only bot and command line can read and make them. */
export interface FactorSeals {
  seal(person: string, purpose: SealPurpose, text: string): string;
  /** null: it is not what was sealed for this person and purpose, or the secret of then is gone. */
  open(person: string, purpose: SealPurpose, sealed: string): string | null;
}
