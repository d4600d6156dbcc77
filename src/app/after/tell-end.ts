import { dueOn } from '../notify/tell-stakeholders.ts';
import type { Duty } from './duty.ts';

/** The status page hears the end also where nobody was there to say it; the telling itself is another wake-up. */
export const tellEnd: Duty = {
  dueAt: (run, site) => (dueOn(run, site) === null ? null : run.endedAt),
  fulfil: async ({ wakeups }, tenure) => wakeups.tell(tenure.run().id),
};
