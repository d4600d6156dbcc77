import { isCancelled } from '../../domain/run/attempts.ts';
import type { Run } from '../../domain/run/run.ts';
import type { HostSession } from '../ports/host.ts';
import { onHost } from '../run/on-host.ts';
import { attemptOf } from '../switch/attempt-of.ts';
import { REFUSED_LAUNCH } from '../switch/launch.ts';
import type { Task } from './task.ts';

/** A run that its host does not know to have ended would be taken up again from there if the record were lost. */
export const markRecorded: Task = {
  dueAt: ({ switched, tasks, end }) => (switched === null || tasks.marked || end === null ? null : end.at),
  async run({ hosts }, writer, site) {
    const run = writer.run();
    await onHost(hosts, site, async (host) => {
      if (run.silence !== null || run.switched?.ended?.step === REFUSED_LAUNCH) await closeDoor(host, run);
      await host.markRecorded(run.id);
    });
    await writer.append({ type: 'marked' });
  },
};

/**
 * The run has ended without a word of its host about the attempt, because that was away or did not take the program: what has
 * not begun there never does, and a Cancel reaches what has.
 */
async function closeDoor(host: HostSession, run: Run): Promise<void> {
  await host.voidAttempt(attemptOf(run));
  if (isCancelled(run)) await host.cancel(attemptOf(run));
}
