import { onHost } from '../run/on-host.ts';
import { type Task, TryLater } from './task.ts';

/** Keeps what a site holds for undoing within its bounds, each time that a run has added to it. */
export const pruneKept: Task = {
  dueAt: ({ state, switched, tasks, end }) =>
    state !== 'succeeded' || switched === null || tasks.pruned || end === null ? null : end.at,
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
