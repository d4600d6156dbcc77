import type { Click, DecisionDeps } from '../../../src/app/decide/decide.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { RunState } from '../../../src/domain/run/run.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { people } from '../../support/fakes/people.ts';
import { signer } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { eventsTo, plan, RUN_ID, runIn } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';

export const CROWD = Array.from({ length: 20 }, (_, index) => `U1${index}`);

export function desk(state: RunState, of: Plan = plan(), more: Partial<DecisionDeps> = {}) {
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  const woken = wakeups();
  const where = site({ approvers: [ALICE, BOB, CAROL, ...CROWD], operators: [ALICE, ...CROWD] });
  store.put(runIn(state, of), eventsTo(state, of));
  const deps: DecisionDeps = {
    store,
    people: people(),
    wakeups: woken,
    inventory: inventory(where),
    signer,
    clock,
    ...more,
  };
  const click = (user: string, digest: string | null = of.digest): Click => ({ run: RUN_ID, digest, user });
  return { deps, store, clock, woken, click };
}

export const START = plan('code-only');
