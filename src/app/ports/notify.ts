import type { StatusWebhook } from '../../domain/site/stakeholders.ts';
import type { StatusMessage } from '../../domain/stakeholders/status-page.ts';

/** What the paging webhook is told: enough to wake somebody with, nothing that is secret. */
export interface PageCall {
  /** The same for every call of one stop, so that a pager can join them. */
  readonly incident: string;
  /** 1 for the first call that reaches the webhook of this stop, and so on. */
  readonly call: number;
  readonly run: string;
  readonly site: string;
  readonly name: string;
  /** What is wrong, in plain words. */
  readonly text: string;
  /** Since when nobody has answered, ISO 8601. */
  readonly since: string;
}

/** Wakes people outside of Slack. */
export interface Pager {
  /** Null when the other side has taken the call, else why not. Never throws. */
  page(url: string, call: PageCall): Promise<string | null>;
}

export type StatusAnswer =
  | { readonly kind: 'taken' }
  /** Worth another try, not before so many milliseconds (0: whenever). */
  | { readonly kind: 'again'; readonly afterMs: number; readonly problem: string }
  | { readonly kind: 'refused'; readonly problem: string };

/** A page on which others look up how a site is. */
export interface StatusPage {
  /** One try; ends within seconds. Never throws, and no problem holds a secret. */
  tell(webhook: StatusWebhook, message: StatusMessage): Promise<StatusAnswer>;
}
