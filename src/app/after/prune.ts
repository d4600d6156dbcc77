import { onHost } from '../run/on-host.ts';
import { type Duty, NotYet } from './duty.ts';

/** What a site keeps for undoing is kept within its bounds, each time that something was added to it. */
export const pruneKept: Duty = {
  dueAt: (run) =>
    run.state !== 'succeeded' || run.switchStartedAt === null || run.pruned ? null : run.endedAt,
  async fulfil({ hosts, store }, tenure, site) {
    const { id, request } = tenure.run();
    // The next run may be at work with what is kept; its own end comes.
    if ((await store.activeOn(request.site)) !== null) throw new NotYet('the site is in use');
    const left = await onHost(hosts, site, (host) => host.prune(id, site.retention));
    if ('problem' in left)
      throw left.code === 'lock-held'
        ? new NotYet(left.problem)
        : new Error(`what is kept for undoing could not be tidied up: ${left.problem}`);
    await tenure.append({ type: 'pruned' });
  },
};
