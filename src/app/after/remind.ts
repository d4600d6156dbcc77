import { openWithOwners } from '../../domain/after/follow-ups.ts';
import { nextReminderAt } from '../../domain/after/reminders.ts';
import type { Task } from './task.ts';

/** Reminds people of follow-ups that nobody has moved. The event is the reminder: Slack shows one message for each. */
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
