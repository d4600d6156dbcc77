import type { Run } from '../run/run.ts';
import { openFollowUps } from './follow-ups.ts';

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
  const { end, followUps } = run;
  if (openFollowUps(run).length === 0 || end === null) return null;
  const since = followUps.changedAt ?? end.at;
  const unanswered = followUps.reminders.filter(({ at }) => at > since);
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
