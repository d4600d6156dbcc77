import { dueOn } from '../notify/tell-stakeholders.ts';
import type { Task } from './task.ts';

/** The status page hears the end also where nobody was there to say it; the telling itself is another wake-up. */
export const tellEnd: Task = {
  dueAt: (run, site) => (dueOn(run, site) === null ? null : (run.end?.at ?? null)),
  run: async ({ wakeups }, writer) => wakeups.tell(writer.run().id),
};
