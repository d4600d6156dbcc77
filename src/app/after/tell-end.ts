import { dueOn } from '../notify/tell-stakeholders.ts';
import type { Task } from './task.ts';

/**
 * Makes sure that the status page hears of the end, even if nobody was there to tell it. Another wake-up does the telling.
 */
export const tellEnd: Task = {
  dueAt: (run, site) => (dueOn(run, site) === null ? null : (run.end?.at ?? null)),
  run: async ({ wakeups }, writer) => wakeups.tell(writer.run().id),
};
