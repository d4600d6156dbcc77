import type { Run } from '../run/run.ts';
import { reminderAt } from './reminders.ts';

/** Whether someone still has to review that the glass of this run was broken. */
export function isReviewOpen({ glass }: Pick<Run, 'glass'>): boolean {
  return glass.broken.length > 0 && glass.review === null;
}

/** When to remind people of an open review, ISO 8601; null: none is open, or the run has not ended. */
export function nextReviewReminderAt(run: Run, everyMs: number): string | null {
  if (!isReviewOpen(run) || run.end === null) return null;
  return reminderAt({ since: run.end.at, reminders: run.glass.reminders }, everyMs);
}
