import { isGlassUntold } from '../notify/call-about-glass.ts';
import { dueOn } from '../notify/tell-stakeholders.ts';
import type { Task } from './task.ts';

/**
 * Makes sure that the status page hears of the end, and the paging webhook of a broken glass, even if nobody was there to tell
 * them. Another wake-up does the telling.
 */
export const tellEnd: Task = {
  dueAt: (run, site) => (dueOn(run, site) !== null || isGlassUntold(run) ? (run.end?.at ?? null) : null),
  run: async ({ wakeups }, writer) => wakeups.tell(writer.run().id),
};
