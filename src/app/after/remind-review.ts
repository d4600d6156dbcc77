import { nextReviewReminderAt } from '../../domain/after/review.ts';
import type { Task } from './task.ts';

/** Reminds the approvers of a review that nobody has closed. The event is the reminder: Slack shows one message for each. */
export const remindOfReview: Task = {
  dueAt: (run, { followUps }) => nextReviewReminderAt(run, followUps.remindMs),
  async run(_, writer) {
    await writer.append({ type: 'review-reminded', number: writer.run().glass.reminders.length + 1 });
  },
};
