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
  /** As its owner has confirmed it; absent or null: Slack does not say, or nobody has. */
  readonly email?: string | null;
}

/** What someone wants: to ask for a rollback or decide on one, or only to read about them. */
export type Purpose = 'act' | 'read';

const PURPOSES: Readonly<Record<Purpose, { readonly what: string; readonly ask: string }>> = {
  act: {
    what: 'ask for or decide on a rollback',
    ask: 'Ask a full member of this workspace who is on the list.',
  },
  read: { what: 'read about rollbacks', ask: 'Ask a full member of this workspace.' },
};

/** Why this account may not do so at all, whatever lists it is on; null if it may. */
export function identityProblem(
  identity: Identity | null,
  ourTeam: string,
  purpose: Purpose = 'act',
): Refusal | null {
  const { what, ask } = PURPOSES[purpose];
  if (identity === null)
    return refusal('identity-unknown', 'Slack did not say who you are.', 'Try again in a minute.');
  if (identity.deleted) return refusal('identity-deleted', 'This account has been deactivated.', ask);
  if (identity.bot) return refusal('identity-bot', `A bot cannot ${what}.`, ask);
  if (identity.guest) return refusal('identity-guest', `A guest account cannot ${what}.`, ask);
  if (identity.stranger || identity.teamId !== ourTeam)
    return refusal('identity-stranger', `An account of another workspace cannot ${what}.`, ask);
  return null;
}
