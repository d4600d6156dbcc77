import type { DecisionDeps } from '../../../src/app/decide/decide.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { people } from '../../support/fakes/people.ts';
import { signer } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { runOf } from '../../support/story/run.ts';
import { T } from '../../support/story/site.ts';

/** Where people decide on one run of this site, after these events. */
export function deskOf(where: Site, past: readonly RunEvent[], more: Partial<DecisionDeps> = {}) {
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  const woken = wakeups();
  store.put(runOf(past), past);
  const deps: DecisionDeps = {
    store,
    people: people(),
    wakeups: woken,
    inventory: inventory(where),
    signer,
    clock,
    ...more,
  };
  return { deps, store, clock, woken };
}
