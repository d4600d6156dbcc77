import { expect, it } from 'vitest';
import { pickUp, Superseded } from '../../../src/app/run/pickup.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { runOf } from '../../support/story/run.ts';
import { T } from '../../support/story/site.ts';
import { SWITCHING } from '../../support/story/stage.ts';

const BEGINS: RunEvent = {
  type: 'step',
  name: 'recheck',
  phase: 'start',
  code: null,
  hostTime: '2026-11-20T03:05:00.000Z',
};

it('a worker stops where the record has lost what it has written, and is in its epoch all the same', async () => {
  const store = memoryStore(clockAt(T.decided));
  const found = runOf(SWITCHING);
  store.put(found, SWITCHING);
  const writer = await pickUp({ store, wakeups: wakeups() }, found, 'one');
  await writer.append(BEGINS);

  // As its host has kept it, from the moment of the launch.
  store.put(found, [...SWITCHING, { type: 'picked-up', worker: 'one', epoch: 1 }]);

  await expect(writer.append({ ...BEGINS, phase: 'end', code: 0 })).rejects.toThrow(Superseded);
  expect(store.types(found.id).at(-1)).toBe('picked-up');
});
