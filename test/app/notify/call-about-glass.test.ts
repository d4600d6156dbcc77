import { describe, expect, it } from 'vitest';
import { callAboutGlass } from '../../../src/app/notify/call-about-glass.ts';
import type { Pager } from '../../../src/app/ports/notify.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { leases } from '../../support/fakes/leases.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { pager } from '../../support/fakes/pager.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { broken, plan, RUN_ID, runOf } from '../../support/story/run.ts';
import { site, T } from '../../support/story/site.ts';

const OF = plan();
const BROKEN: readonly RunEvent[] = [{ type: 'planned', plan: OF, expiresAt: T.expires }, broken(OF)];
const PAGED = site({ paging: { everyMs: 300_000, webhook: 'http://pager.test/' } });
const AGAIN = { again: 30_000 };

function scene(calls: Pager, where: Site = PAGED, past = BROKEN, held = leases()) {
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  store.put(runOf(past), past);
  const deps = {
    store,
    inventory: inventory(where),
    clock,
    pager: calls,
    glassLeases: held,
    pickupName: () => 'pickup-1',
  };
  return {
    clock,
    held,
    call: () => callAboutGlass(deps, RUN_ID),
    told: async () => (await store.read(RUN_ID))?.glass.told,
  };
}

describe('the paging webhook', () => {
  it('hears of a broken glass once, with its reason', async () => {
    const calls = pager();
    const { call, told, held } = scene(calls);

    expect(await call()).toBeUndefined();
    expect(await call()).toBeUndefined();
    expect(await told()).toEqual(['sent']);
    expect(calls.calls).toEqual([
      {
        incident: `${RUN_ID}-glass-1`,
        call: 1,
        run: RUN_ID,
        site: 'acme-kitchens@production',
        name: 'Acme Kitchens',
        text: `Someone broke the glass: ${RUN_ID} on Acme Kitchens goes ahead without the approval of a second person. Reason: nobody answers at night`,
        since: T.decided,
      },
    ]);
    expect([...held.held]).toEqual([]);
  });

  it('is asked again for ten minutes if it does not take the call', async () => {
    const { call, told, clock } = scene({ page: async () => 'it answered 500' });

    expect(await call()).toEqual(AGAIN);
    expect(await told()).toEqual([]);
    clock.set(T.expires);
    expect(await call()).toBeUndefined();
    expect(await told()).toEqual([{ error: 'it answered 500' }]);
  });

  it('is not asked by two at once, nor without a broken glass, nor if there is none', async () => {
    const calls = pager();

    expect(await scene(calls, PAGED, BROKEN, leases(true)).call()).toEqual(AGAIN);
    expect(await scene(calls, PAGED, BROKEN.slice(0, 1)).call()).toBeUndefined();
    const without = scene(calls, site());
    expect([await without.call(), await without.told()]).toEqual([undefined, ['none']]);
    expect(calls.calls).toEqual([]);
  });
});
