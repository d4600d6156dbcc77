import { nextReminderAt, owedOf } from '../domain/follow-ups.ts';
import type { Duty } from './tend-run.ts';

/** People are reminded of follow-ups that rest. The event is the reminder: Slack shows a message for each, once. */
export const remindPeople: Duty = {
  dueAt: (run, { followUps }) => nextReminderAt(run, followUps.remindMs),
  async fulfil({ clock }, tenure, { followUps }) {
    // A person may have done something since it was found due.
    const due = nextReminderAt(tenure.run(), followUps.remindMs);
    if (due !== null && due <= clock.now())
      await tenure.append({ type: 'reminded', owed: owedOf(tenure.run()) });
  },
};
