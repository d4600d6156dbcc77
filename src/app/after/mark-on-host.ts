import { isCancelled } from '../../domain/run/attempts.ts';
import type { Run } from '../../domain/run/run.ts';
import type { HostSession } from '../ports/host.ts';
import { onHost } from '../run/on-host.ts';
import { attemptOf } from '../switch/attempt-of.ts';
import { REFUSED_LAUNCH } from '../switch/launch.ts';
import type { Task } from './task.ts';

/** Tells the host that the run has ended. Without that mark, a lost record would be taken up again from the host. */
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
 * The run has ended, but its host never said how the attempt ended: it was silent, or did not accept the program. An attempt
 * that has not begun there must never begin, and one that has must hear of a Cancel.
 */
async function closeDoor(host: HostSession, run: Run): Promise<void> {
  await host.voidAttempt(attemptOf(run));
  if (isCancelled(run)) await host.cancel(attemptOf(run));
}
