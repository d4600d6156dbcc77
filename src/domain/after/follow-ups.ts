import { changesCode } from '../plan/mode.ts';
import type { RunEvent } from '../run/event.ts';
import { deedOf } from '../run/request.ts';
import type { Run } from '../run/run.ts';
import type { Tick } from './manual-checks.ts';

/** What has to happen before the upgrade is tried again: steps 13 and 14 of the runbook, with its questions. */
const ITEMS = {
  cause: {
    title: 'Root cause',
    questions:
      'Read the logs of the failed upgrade. What made it fail? If the process had a part in it, update the runbooks.',
  },
  fix: {
    title: 'Fix tested in staging',
    questions: 'If the code needs a fix, make a new release. Test it in staging or dev, not in production.',
  },
  notes: {
    title: 'Release notes read',
    questions: 'Which breaking changes and migrations does the next version have?',
  },
  upgrade: {
    title: 'Re-upgrade planned',
    questions: 'Schedule a maintenance window, and follow the upgrade runbook with what was learned.',
  },
} as const;

export type FollowUpId = keyof typeof ITEMS;

/** What a person does with one follow-up. */
export type FollowUpAct = 'take' | 'give-back' | 'done' | 'reopen';

/** One follow-up as it stands. */
export interface FollowUp {
  readonly id: FollowUpId;
  readonly title: string;
  readonly questions: string;
  /** Who has taken it, and when; null: nobody. */
  readonly owner: Tick | null;
  /** Who says that it is done; null: it is open. */
  readonly done: Tick | null;
}

/** An open follow-up and whose it is; null: nobody's. */
export interface Owed {
  readonly item: FollowUpId;
  readonly owner: string | null;
}

/** What happened to the follow-ups of a run. */
export interface FollowUpRecord {
  readonly owners: Readonly<Partial<Record<FollowUpId, Tick | null>>>;
  readonly done: Readonly<Partial<Record<FollowUpId, Tick | null>>>;
  /** Somebody closed them before all were done, and said why. */
  readonly closed: (Tick & { readonly reason: string }) | null;
  /** When a person did something with them last, ISO 8601; null: never. */
  readonly changedAt: string | null;
  /** When people were reminded, ISO 8601, and of what. */
  readonly reminders: readonly { readonly at: string; readonly owed: readonly Owed[] }[];
  /** Where the quarantine of the version that was left is; null: not placed on the host yet. */
  readonly quarantine: 'placed' | 'lifted' | null;
}

export const NO_FOLLOW_UPS: FollowUpRecord = {
  owners: {},
  done: {},
  closed: null,
  changedAt: null,
  reminders: [],
  quarantine: null,
};

/** What happens to follow-ups, as events of their run. */
export type FollowUpEvent = Extract<
  RunEvent,
  { type: 'follow-up' | 'follow-ups-closed' | 'reminded' | 'quarantined' | 'quarantine-lifted' }
>;

const EVENTS: ReadonlySet<string> = new Set<FollowUpEvent['type']>([
  'follow-up',
  'follow-ups-closed',
  'reminded',
  'quarantined',
  'quarantine-lifted',
]);

export function isFollowUpEvent(event: RunEvent): event is FollowUpEvent {
  return EVENTS.has(event.type);
}

export function isFollowUpId(text: string): text is FollowUpId {
  return Object.hasOwn(ITEMS, text);
}

/** Whether an event may be written now. A worker that comes late must neither remind a second time nor undo what was lifted. */
export function mayFollow(run: Run, event: FollowUpEvent): boolean {
  const { reminders, quarantine } = run.followUps;
  if (run.state !== 'succeeded') return false;
  switch (event.type) {
    case 'follow-up':
    case 'follow-ups-closed':
      return openFollowUps(run).length > 0;
    case 'reminded':
      return openFollowUps(run).length > 0 && event.number === reminders.length + 1;
    case 'quarantined':
      return quarantine === null;
    case 'quarantine-lifted':
      return quarantine !== 'lifted';
  }
}

export function followUpTitle(item: FollowUpId): string {
  return ITEMS[item].title;
}

/** What one event does to them. */
export function followedUp(record: FollowUpRecord, event: FollowUpEvent, at: string): FollowUpRecord {
  switch (event.type) {
    case 'follow-up':
      return { ...acted(record, event, at), changedAt: at };
    case 'follow-ups-closed':
      return { ...record, closed: { by: event.by, at, reason: event.reason }, changedAt: at };
    case 'reminded':
      return { ...record, reminders: [...record.reminders, { at, owed: event.owed }] };
    case 'quarantined':
      return { ...record, quarantine: 'placed' };
    case 'quarantine-lifted':
      return { ...record, quarantine: 'lifted' };
  }
}

function acted(
  record: FollowUpRecord,
  { item, act, by }: Extract<RunEvent, { type: 'follow-up' }>,
  at: string,
): FollowUpRecord {
  const { owners, done } = record;
  switch (act) {
    case 'take':
      return { ...record, owners: { ...owners, [item]: { by, at } } };
    case 'give-back':
      return { ...record, owners: { ...owners, [item]: null } };
    case 'done':
      return { ...record, done: { ...done, [item]: { by, at } } };
    case 'reopen':
      return { ...record, done: { ...done, [item]: null } };
  }
}

/**
 * All follow-ups of a run: those that succeeded and took the site to another code. A restore of the database alone leaves
 * no version behind, and an undo has tried again already. Empty for every other run.
 */
export function followUpsOf(run: Run): readonly FollowUp[] {
  if (run.state !== 'succeeded' || run.plan === null || !changesCode(run.plan.binding.mode)) return [];
  if (deedOf(run.request) === 'undo') return [];
  const { owners, done } = run.followUps;
  return Object.keys(ITEMS)
    .filter(isFollowUpId)
    .map((id) => ({ id, ...ITEMS[id], owner: owners[id] ?? null, done: done[id] ?? null }));
}

/** Those that somebody still has to see to; empty once the last is done or they were closed. */
export function openFollowUps(run: Run): readonly FollowUp[] {
  return run.followUps.closed === null ? followUpsOf(run).filter(({ done }) => done === null) : [];
}

export function owedOf(run: Run): readonly Owed[] {
  return openFollowUps(run).map(({ id, owner }) => ({ item: id, owner: owner?.by ?? null }));
}

/** When the last was done or they were closed, ISO 8601; null: they are open, or there are none. */
export function followUpsClosedAt(run: Run): string | null {
  return followUpsOf(run).length > 0 && openFollowUps(run).length === 0 ? run.followUps.changedAt : null;
}

const DAY_MS = 24 * 3_600_000;
/** Nobody does anything: the pause doubles with each reminder, up to this many times. */
const DOUBLINGS = 3;
/** Hours in UTC between which people are reminded. */
const FIRST_HOUR = 9;
const LAST_HOUR = 16;

/**
 * When people have to be reminded, ISO 8601; null: nothing is open. Counted from what a person did last; without an answer
 * the pauses become longer. A pause of a day or more ends in working hours (UTC), never at night or at a weekend; whoever
 * configures less means it.
 */
export function nextReminderAt(run: Run, everyMs: number): string | null {
  if (openFollowUps(run).length === 0 || run.endedAt === null) return null;
  const since = run.followUps.changedAt ?? run.endedAt;
  const unanswered = run.followUps.reminders.filter(({ at }) => at > since);
  const pause = everyMs * 2 ** Math.min(unanswered.length, DOUBLINGS);
  const due = new Date(Date.parse(unanswered.at(-1)?.at ?? since) + pause);
  return (pause < DAY_MS ? due : atWork(due)).toISOString();
}

/** The moment itself in working hours, else the beginning of the next. */
function atWork(due: Date): Date {
  const hour = due.getUTCHours();
  if (!isWeekend(due) && hour >= FIRST_HOUR && hour < LAST_HOUR) return due;
  const next = hour < FIRST_HOUR ? 0 : 1;
  const mornings = [next, next + 1, next + 2].map(
    (days) =>
      new Date(Date.UTC(due.getUTCFullYear(), due.getUTCMonth(), due.getUTCDate() + days, FIRST_HOUR)),
  );
  return mornings.find((morning) => !isWeekend(morning)) ?? due;
}

function isWeekend(date: Date): boolean {
  return date.getUTCDay() === 0 || date.getUTCDay() === 6;
}
