import { openWithOwners } from '../../domain/after/follow-ups.ts';
import { nextReminderAt } from '../../domain/after/reminders.ts';
import type { Task } from './task.ts';

/** People are reminded of follow-ups that rest. The event is the reminder: Slack shows a message for each, once. */
export const remindPeople: Task = {
  dueAt: (run, { followUps }) => nextReminderAt(run, followUps.remindMs),
  async run(_, writer) {
    const run = writer.run();
    await writer.append({
      type: 'reminded',
      number: run.followUps.reminders.length + 1,
      owed: openWithOwners(run),
    });
  },
};
