import { onHost } from './on-host.ts';
import type { Duty } from './tend-run.ts';

/** A run that its host does not know to have ended would be taken up again from there if the record were lost. */
export const markRecorded: Duty = {
  dueAt: (run) => (run.switchStartedAt === null || run.marked ? null : run.endedAt),
  async fulfil({ hosts }, tenure, site) {
    await onHost(hosts, site, (host) => host.markRecorded(tenure.run().id));
    await tenure.append({ type: 'marked' });
  },
};
