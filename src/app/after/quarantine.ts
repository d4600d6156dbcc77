import { followUpsClosedAt, openFollowUps } from '../../domain/after/follow-ups.ts';
import { quarantinedNames, quarantineLine } from '../../domain/after/quarantine.ts';
import type { Run } from '../../domain/run/run.ts';
import { onHost } from '../run/on-host.ts';
import type { Task } from './task.ts';

/** While its follow-ups are open, the version that a run has left is quarantined on the host. */
export const placeQuarantine: Task = {
  dueAt: (run) => (run.followUps.quarantine === null && openFollowUps(run).length > 0 ? dueFrom(run) : null),
  async run({ hosts }, writer, site) {
    const run = writer.run();
    const names = quarantinedNames(run);
    await onHost(hosts, site, (host) => host.quarantine(run.id, quarantineLine(run), names));
    await writer.append({ type: 'quarantined', names });
  },
};

/**
 * Runs even if the record does not say that the quarantine was placed: the worker that placed it may have died before it
 * could write that. After this, the host does not accept the run's quarantine again.
 */
export const liftQuarantine: Task = {
  dueAt: (run) =>
    run.followUps.quarantine === 'lifted' || quarantinedNames(run).length === 0
      ? null
      : followUpsClosedAt(run),
  async run({ hosts }, writer, site) {
    await onHost(hosts, site, (host) => host.liftQuarantine(writer.run().id));
    await writer.append({ type: 'quarantine-lifted' });
  },
};

function dueFrom(run: Run): string | null {
  return quarantinedNames(run).length === 0 ? null : (run.end?.at ?? null);
}
