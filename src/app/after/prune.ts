import { onHost } from '../run/on-host.ts';
import { type Task, TryLater } from './task.ts';

/** What a site keeps for undoing is kept within its bounds, each time that something was added to it. */
export const pruneKept: Task = {
  dueAt: ({ state, switched, tasks, end }) =>
    state !== 'succeeded' || switched === null || tasks.pruned || end === null ? null : end.at,
  async run({ hosts, store }, writer, site) {
    const { id, request } = writer.run();
    // The next run may be at work with what is kept; its own end comes.
    if ((await store.activeOn(request.site)) !== null) throw new TryLater('the site is in use');
    const left = await onHost(hosts, site, (host) => host.prune(id, site.retention));
    if ('problem' in left)
      throw left.code === 'lock-held'
        ? new TryLater(left.problem)
        : new Error(`what is kept for undoing could not be tidied up: ${left.problem}`);
    await writer.append({ type: 'pruned' });
  },
};
