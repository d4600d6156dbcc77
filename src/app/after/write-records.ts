import { rowText } from '../../domain/matrix/edit.ts';
import { type Recording, recordingOf } from '../../domain/records/recording.ts';
import type { KnownRun } from '../../domain/run/known-runs.ts';
import type { Run } from '../../domain/run/run.ts';
import type { RunStore } from '../ports/run-store.ts';
import { readAll, readable } from '../run/find-runs.ts';
import { type Task, TryLater } from './task.ts';

/** No more runs of one site than this end while the records of one wait. */
const MOST_LATER = 100;

/**
 * The matrix and the incident log: written to the repository that the configuration names, or posted in the run's thread for
 * people.
 */
export const writeRecords: Task = {
  dueAt: (run, site) => (isWritten(run) || recordingOf(run, site) === null ? null : (run.end?.at ?? null)),
  async run({ records, store, stopping }, writer, site) {
    const run = writer.run();
    const found = recordingOf(run, site);
    if (found === null) return;
    const later = await laterRuns(store, run);
    const unread = later.find((one) => one.kind === 'unreadable');
    const isOvertaken = readable(later).some(({ state }) => state === 'succeeded' || state === 'closed');
    const recording: Recording = isOvertaken ? { ...found, row: null } : found;
    // That one may have decided what is live now; we can't tell.
    const outcome =
      unread === undefined || isOvertaken
        ? await records.write(recording)
        : { kind: 'pending' as const, why: `the record of ${unread.id} cannot be read (${unread.why})` };
    switch (outcome.kind) {
      case 'none': {
        const { row, entry } = recording;
        await writer.append({ type: 'records-shown', row: row === null ? null : rowText(row), entry });
        return;
      }
      case 'written': {
        const { commit, branch, pullRequest } = outcome;
        await writer.append({ type: 'records-written', commit, branch, pullRequest });
        return;
      }
      case 'busy':
        throw new TryLater('the records of other runs are being written');
      case 'pending': {
        const last = writer.run().tasks.records;
        const isKnown = last?.type === 'records-pending' && last.why === outcome.why;
        // A stopping worker kills its own git. That is no reason worth writing down.
        if (!isKnown && !stopping()) await writer.append({ type: 'records-pending', why: outcome.why });
      }
    }
  },
};

function isWritten({ tasks: { records } }: Run): boolean {
  return records !== null && records.type !== 'records-pending';
}

/** A later run decides what is live now, so this run's row may be out of date. */
async function laterRuns(store: RunStore, run: Run): Promise<readonly KnownRun[]> {
  const ids = await store.recentOn(run.request.site, MOST_LATER);
  const own = ids.indexOf(run.id);
  return readAll(store, own < 0 ? ids : ids.slice(0, own));
}
