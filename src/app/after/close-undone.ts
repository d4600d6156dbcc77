import { openFollowUps } from '../../domain/after/follow-ups.ts';
import type { Task } from './task.ts';

/** What an undo took back needs no following up: the version that was left is live again, and no longer quarantined. */
export const closeUndone: Task = {
  dueAt: (run) =>
    run.state === 'succeeded' && run.plan?.facts.undo !== undefined && !run.undoneClosed ? run.endedAt : null,
  async run({ store, wakeups }, writer) {
    const { id, request, plan } = writer.run();
    const undone = await store.read(plan?.facts.undo?.run ?? '');
    if (undone !== null && openFollowUps(undone).length > 0) {
      const event = { type: 'follow-ups-closed', by: request.requester, reason: `undone by ${id}` } as const;
      if ((await store.append(undone, event)) === null)
        throw new Error(`${undone.id} was written by somebody else at the same moment`);
      await wakeups.show(undone.id);
    }
    await writer.append({ type: 'undone-closed' });
  },
};
