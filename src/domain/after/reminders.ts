import type { Run } from '../run/run.ts';
import { openFollowUps } from './follow-ups.ts';

const DAY_MS = 24 * 3_600_000;

/** If nobody does anything, the pause doubles with each reminder, up to this many times. */
const DOUBLINGS = 3;

/** The bot reminds people between these hours, UTC. */
const FIRST_HOUR = 9;

const LAST_HOUR = 16;

/** When to remind people of open follow-ups, ISO 8601; null: nothing is open. The pause counts from what a person did last. */
export function nextReminderAt(run: Run, everyMs: number): string | null {
  const { end, followUps } = run;
  if (openFollowUps(run).length === 0 || end === null) return null;
  const reminders = followUps.reminders.map(({ at }) => at);
  return reminderAt({ since: followUps.changedAt ?? end.at, reminders }, everyMs);
}

/**
 * When to remind people next, ISO 8601. The pause grows with each reminder that nobody answers. A pause of a day or more ends
 * in working hours (UTC), never at night or at a weekend. A shorter one is taken as configured.
 */
export function reminderAt(
  { since, reminders }: { readonly since: string; readonly reminders: readonly string[] },
  everyMs: number,
): string {
  const unanswered = reminders.filter((at) => at > since);
  const pause = everyMs * 2 ** Math.min(unanswered.length, DOUBLINGS);
  const due = new Date(Date.parse(unanswered.at(-1) ?? since) + pause);
  return (pause < DAY_MS ? due : atWork(due)).toISOString();
}

/** The moment itself if it is in working hours, else the next morning. */
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
