import type { Duty } from './tend-run.ts';

/** A run that its host does not know to have ended would be taken up again from there if the record were lost. */
export const markRecorded: Duty = {
  dueAt: (run) => (run.switchStartedAt === null || run.marked ? null : run.endedAt),
  async fulfil({ hosts }, tenure, site) {
    const host = await hosts.connect(site);
    try {
      await host.markRecorded(tenure.run().id);
    } finally {
      host.close();
    }
    await tenure.append({ type: 'marked' });
  },
};
