import type { SecretHeader } from './secret-header.ts';

/** What stakeholders hear of a run. `stakeholders/updates.ts` says when, `stakeholders/wording.ts` in which words. */
export const UPDATE_KINDS = [
  /** The site was stopped. */
  'started',
  /** The promised update is due, and the run is still under way. */
  'still-working',
  /** The promised update is due, and a person has to decide. */
  'people-called',
  /** The site is back. */
  'restored',
  /** The site is back, and nothing about it has changed. */
  'as-before',
  /** A person continues by hand. */
  'not-restored',
] as const;

export type UpdateKind = (typeof UPDATE_KINDS)[number];

const UNDER_WAY = ['site', 'domain', 'since', 'next'] as const;
const OVER = ['site', 'domain', 'since', 'until', 'downtime', 'lost'] as const;

/** What the wording of each kind may name in braces. */
export const PLACEHOLDERS = {
  started: UNDER_WAY,
  'still-working': UNDER_WAY,
  'people-called': UNDER_WAY,
  restored: OVER,
  'as-before': OVER,
  'not-restored': ['site', 'domain', 'since'],
} as const satisfies Readonly<Record<UpdateKind, readonly string[]>>;

/** What the body of a status webhook may name in braces. If none is configured, the body is an object of these. */
export const STATUS_PLACEHOLDERS = [
  'run',
  'slug',
  'environment',
  'site',
  'domain',
  'status',
  'text',
  'since',
  'until',
  'nextAt',
  'downtimeSeconds',
  'lostFrom',
  'lostUntil',
] as const;

export type StatusPlaceholder = (typeof STATUS_PLACEHOLDERS)[number];

/** How to update a status page. */
export interface StatusWebhook {
  readonly url: string;
  /** Sent as they are; nothing secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secret?: SecretHeader;
  /** Send the updates between the first and the last as well. */
  readonly stillWorking: boolean;
  /** What the page calls each kind; absent: the kind itself. */
  readonly statuses: Readonly<Partial<Record<UpdateKind, string>>>;
  /** JSON whose strings may hold placeholders. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** How stakeholders hear of a site that is down. */
export interface Stakeholders {
  readonly channel: string;
  /** The longest time between two updates, in milliseconds. */
  readonly everyMs: number;
  /** The site's own wording; absent: the bot's. */
  readonly words: Readonly<Partial<Record<UpdateKind, string>>>;
  readonly webhook?: StatusWebhook;
}
