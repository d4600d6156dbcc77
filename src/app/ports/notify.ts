import type { SecretHeader } from '../../domain/site/secret-header.ts';
import type { StatusWebhook } from '../../domain/site/stakeholders.ts';
import type { StatusMessage } from '../../domain/stakeholders/status-page.ts';

/** What the paging webhook is told: enough to wake someone, and no secret. */
export interface PageCall {
  /** The same for every call of one stop, so that a pager can group them. */
  readonly incident: string;
  /** Counts the calls of this stop that reach the webhook, from 1. */
  readonly call: number;
  readonly run: string;
  readonly site: string;
  readonly name: string;
  /** What is wrong, in plain words. */
  readonly text: string;
  /** Since when nobody has answered, ISO 8601. */
  readonly since: string;
}

/** Where such a call goes. */
export interface PagingWebhook {
  /** May hold a login; `secret` is the better place. */
  readonly url: string;
  readonly secret?: SecretHeader;
}

/** Wakes people outside of Slack. */
export interface Pager {
  /** Null if the webhook accepted the call, else why not. Never throws, and no problem holds a secret. */
  page(webhook: PagingWebhook, call: PageCall): Promise<string | null>;
}

export type StatusAnswer =
  | { readonly kind: 'taken' }
  /** Worth another try, after at least so many milliseconds (0: any time). */
  | { readonly kind: 'again'; readonly afterMs: number; readonly problem: string }
  | { readonly kind: 'refused'; readonly problem: string };

/** A page on which others see how a site is. */
export interface StatusPage {
  /** Tries once; ends within seconds. Never throws, and no problem holds a secret. */
  tell(webhook: StatusWebhook, message: StatusMessage): Promise<StatusAnswer>;
}
