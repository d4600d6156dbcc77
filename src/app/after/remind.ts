import { owedOf } from '../../domain/after/follow-ups.ts';
import { nextReminderAt } from '../../domain/after/reminders.ts';
import type { Duty } from './duty.ts';

/** People are reminded of follow-ups that rest. The event is the reminder: Slack shows a message for each, once. */
export const remindPeople: Duty = {
  dueAt: (run, { followUps }) => nextReminderAt(run, followUps.remindMs),
  async fulfil(_, tenure) {
    const run = tenure.run();
    await tenure.append({ type: 'reminded', number: run.followUps.reminders.length + 1, owed: owedOf(run) });
  },
};
