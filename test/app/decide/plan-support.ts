import type { Click, DecisionDeps } from '../../../src/app/decide/decide.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { RunState } from '../../../src/domain/run/run.ts';
import { eventsTo, plan, RUN_ID } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site } from '../../support/story/site.ts';
import { deskOf } from './desk.ts';

export const CROWD = Array.from({ length: 20 }, (_, index) => `U1${index}`);

export function desk(state: RunState, of: Plan = plan(), more: Partial<DecisionDeps> = {}) {
  const where = site({ approvers: [ALICE, BOB, CAROL, ...CROWD], operators: [ALICE, ...CROWD] });
  const { deps, store, clock, woken } = deskOf(where, eventsTo(state, of), more);
  const click = (user: string, digest: string | null = of.digest): Click => ({ run: RUN_ID, digest, user });
  return { deps, store, clock, woken, click };
}

export const START = plan('code-only');
