import type { Run } from '../../domain/run/run.ts';
import { onHost } from '../run/on-host.ts';
import { type Task, TryLater } from './task.ts';

/** Longer than a host keeps what was prepared a moment ago, because the next run may have found it: `retention.py`. */
const PREPARED_MS = 20 * 60_000;

/** People who continue by hand may need the run's own copies, also after a weekend. */
const BY_HAND_MS = 7 * 24 * 60 * 60_000;

/**
 * Keeps what a site holds for undoing within its bounds, after each run that may have added to it, whatever its end: a dry run
 * builds an environment, too.
 */
export const pruneKept: Task = {
  dueAt: (run) =>
    run.end === null || run.tasks.pruned || !mayHaveAdded(run) ? null : later(run.end.at, pauseOf(run)),
  async run({ hosts, store }, writer, site) {
    const { id, request } = writer.run();
    // The next run may be using what is kept. It prunes at its own end.
    if ((await store.activeOn(request.site)) !== null) throw new TryLater('the site is in use');
    const left = await onHost(hosts, site, (host) => host.prune(id, site.retention));
    if ('problem' in left)
      throw left.code === 'lock-held'
        ? new TryLater(left.problem)
        : new Error(`could not tidy up what is kept for undoing: ${left.problem}`);
    await writer.append({ type: 'pruned' });
  },
};

/** A run that never reached its host has left nothing there. */
function mayHaveAdded({ switched, plan, progress }: Run): boolean {
  return switched !== null || plan !== null || progress !== null;
}

function pauseOf({ state, switched }: Run): number {
  if (state === 'succeeded') return 0;
  return switched !== null && state === 'closed' ? BY_HAND_MS : PREPARED_MS;
}

function later(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}
