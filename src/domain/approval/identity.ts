import { type Refusal, refusal } from '../refusal.ts';

/** What Slack says right now about one account. */
export interface Identity {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly deleted: boolean;
  readonly bot: boolean;
  /** Single- or multi-channel guest. */
  readonly guest: boolean;
  /** Belongs to another workspace (Slack Connect). */
  readonly stranger: boolean;
}

/** Why this account may not act at all, whatever lists it is on; null if it may. */
export function identityProblem(identity: Identity | null, ourTeam: string): Refusal | null {
  const ask = 'Ask a full member of this workspace who is on the list.';
  if (identity === null)
    return refusal('identity-unknown', 'Slack did not say who you are.', 'Try again in a minute.');
  if (identity.deleted) return refusal('identity-deleted', 'This account has been deactivated.', ask);
  if (identity.bot) return refusal('identity-bot', 'A bot cannot ask for or decide on a rollback.', ask);
  if (identity.guest)
    return refusal('identity-guest', 'A guest account cannot ask for or decide on a rollback.', ask);
  if (identity.stranger || identity.teamId !== ourTeam)
    return refusal(
      'identity-stranger',
      'An account of another workspace cannot ask for or decide on a rollback.',
      ask,
    );
  return null;
}
