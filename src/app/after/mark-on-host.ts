import { isCancelled } from '../../domain/run/attempts.ts';
import type { Run } from '../../domain/run/run.ts';
import type { HostSession } from '../ports/host.ts';
import { onHost } from '../run/on-host.ts';
import { attemptOf } from '../switch/attempt-of.ts';
import { REFUSED_LAUNCH } from '../switch/launch.ts';
import type { Task } from './task.ts';

/**
 * Tells the host that the run has ended. Without that mark, a lost record would be taken up again from the host, and a record
 * whose end was cut off could be carried out.
 */
export const markRecorded: Task = {
  dueAt: (run) => (run.tasks.marked || run.end === null || !couldBegin(run) ? null : run.end.at),
  async run({ hosts }, writer, site) {
    const run = writer.run();
    await onHost(hosts, site, async (host) => {
      await closeDoor(host, run);
      await host.markRecorded(run.id);
    });
    await writer.append({ type: 'marked' });
  },
};

/** Whether the switch has begun, or people had agreed to it before the run ended. */
export function couldBegin({ switched, consent }: Run): boolean {
  return (
    switched !== null || (consent !== null && (consent.started !== null || consent.approvals.length > 0))
  );
}

/** An attempt that has not begun on the host must never begin there, and one that has must hear of a Cancel. */
async function closeDoor(host: HostSession, run: Run): Promise<void> {
  const { plan, switched, silence } = run;
  if (switched === null) {
    if (plan !== null) await host.voidAttempt({ run: run.id, number: 1, digest: plan.digest });
    return;
  }
  // Of any other end the host has told us itself.
  if (silence === null && switched.ended?.step !== REFUSED_LAUNCH) return;
  await host.voidAttempt(attemptOf(run));
  if (isCancelled(run)) await host.cancel(attemptOf(run));
}
