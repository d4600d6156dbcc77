import { openFollowUps } from '../../domain/after/follow-ups.ts';
import type { UndoFacts } from '../../domain/plan/plan.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Task } from './task.ts';

/** An undone rollback needs no follow-ups: the version that it left is live again, and no longer quarantined. */
export const closeUndone: Task = {
  dueAt: (run) => (undoneBy(run) === undefined || run.tasks.undoneClosed ? null : (run.end?.at ?? null)),
  async run({ store, wakeups }, writer) {
    const { id, request } = writer.run();
    const undo = undoneBy(writer.run());
    const undone = undo === undefined ? null : await store.read(undo.run);
    if (undone !== null && openFollowUps(undone).length > 0) {
      const event = { type: 'follow-ups-closed', by: request.requester, reason: `undone by ${id}` } as const;
      if ((await store.append(undone, event)) === null)
        throw new Error(`${undone.id} was written by someone else at the same moment`);
      await wakeups.show(undone.id);
    }
    await writer.append({ type: 'undone-closed' });
  },
};

function undoneBy({ state, plan }: Run): UndoFacts | undefined {
  return state === 'succeeded' ? plan?.facts.undo : undefined;
}
