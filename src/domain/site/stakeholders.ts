/** What stakeholders hear of a run. Which comes when is in `words.ts`, how it reads in `word-text.ts`. */
export const UPDATE_KINDS = [
  /** The site was stopped. */
  'started',
  /** The time of the promised word has come, and the run goes on. */
  'still-working',
  /** The same, and a person has to decide. */
  'people-called',
  /** The site is back. */
  'restored',
  /** The site is back, and nothing about it has changed. */
  'as-before',
  /** A person goes on by hand. */
  'not-restored',
] as const;

export type UpdateKind = (typeof UPDATE_KINDS)[number];

const GOING_ON = ['site', 'domain', 'since', 'next'] as const;
const OVER = ['site', 'domain', 'since', 'until', 'downtime', 'lost'] as const;

/** What the wording of each kind may name in braces. */
export const PLACEHOLDERS = {
  started: GOING_ON,
  'still-working': GOING_ON,
  'people-called': GOING_ON,
  restored: OVER,
  'as-before': OVER,
  'not-restored': ['site', 'domain', 'since'],
} as const satisfies Readonly<Record<UpdateKind, readonly string[]>>;

/** What the body of a status webhook may name in braces; without a body of its own it is an object of these. */
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

/** Where a status page takes what stakeholders hear. */
export interface StatusWebhook {
  readonly url: string;
  /** Sent as they are; nothing secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** One more header, whose value is the first line of a file on the worker, read at the moment of use. */
  readonly secret?: { readonly header: string; readonly file: string };
  /** Send the words in between as well. */
  readonly stillWorking: boolean;
  /** What the page calls each kind; without it the kind itself. */
  readonly statuses: Readonly<Partial<Record<UpdateKind, string>>>;
  /** JSON whose strings may hold placeholders. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Who hears in plain words of a site that is down, and how. */
export interface Stakeholders {
  readonly channel: string;
  /** How long they wait at most for the next word, in milliseconds. */
  readonly everyMs: number;
  /** The site's own wording; without it the one of `word-text.ts`. */
  readonly words: Readonly<Partial<Record<UpdateKind, string>>>;
  readonly webhook?: StatusWebhook;
}
