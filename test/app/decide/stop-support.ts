import type { Click } from '../../../src/app/decide/decide.ts';
import type { DecisionAction } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { offers } from '../../../src/domain/stop/offers.ts';
import { healthy } from '../../support/story/evidence.ts';
import { ended, eventsTo, goodChecks, hostState, plan, RUN_ID, steps } from '../../support/story/run.ts';
import { BOB, CAROL, site, T } from '../../support/story/site.ts';
import { deskOf } from './desk.ts';

export const HELD = [
  ...eventsTo('switching', plan()),
  ...steps(['restore', 0], ['static', 1]),
  ended('hold', 'static', 1, { found: hostState() }),
];
/** The site was started on the restored database: going back needs a second person. */
export const STARTED = [
  ...eventsTo('switching', plan()),
  ...steps(['restore', 0], ['start', 0], ['healthy', 124]),
  ended('hold', 'healthy', 124, { found: hostState() }),
];
export const UNPROVEN: readonly RunEvent[] = [
  ...eventsTo('switching', plan('code-only')),
  ended('done', 'stable', 0),
  {
    type: 'verified',
    checks: [...goodChecks, { name: 'homepage', result: 'failed', detail: '500' }],
    health: healthy,
  },
];

/** When the time of a decision that was asked for is over: as long as an approval has. */
export const LATER = new Date(Date.parse(T.decided) + 15 * 60_000).toISOString();

export function desk(
  past: readonly RunEvent[],
  where: Site = site({ approvers: [BOB, CAROL], operators: [BOB] }),
) {
  const { deps, store, clock, woken } = deskOf(where, past);
  const run = async () => {
    const found = await store.read(RUN_ID);
    if (found === null) throw new Error('the run is gone');
    return found;
  };
  const click = async (user: string, action: DecisionAction): Promise<Click> => ({
    run: RUN_ID,
    digest: offers(await run()).find(({ decision }) => decision.action === action)?.digest ?? null,
    user,
  });
  const plain = (user: string): Click => ({ run: RUN_ID, digest: null, user });
  return { deps, store, clock, woken, run, click, plain };
}
