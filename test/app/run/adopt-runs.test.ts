import { describe, expect, it } from 'vitest';
import { HostError } from '../../../src/app/ports/host-error.ts';
import { adoptLostRuns } from '../../../src/app/run/adopt-runs.ts';
import { recordText } from '../../../src/app/run/record-text.ts';
import { foldRun } from '../../../src/domain/lifecycle/fold.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import { chain } from '../../../src/store/audit.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { HASH, recordKeys, SEAL, signer } from '../../support/fakes/signer.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { eventsTo, plan, RUN_ID } from '../../support/story/run.ts';
import { ALICE, request, site, T } from '../../support/story/site.ts';

const SWITCHING = stored(eventsTo('switching', plan()));

function stored(events: readonly RunEvent[], asked = request()): readonly StoredEvent[] {
  const all: readonly RunEvent[] = [{ type: 'requested', request: asked }, ...events];
  return all.map((event, seq) => ({ seq, at: T.planned, hash: HASH, seal: SEAL, event }));
}

/** Sealed entries, behind those before them. */
function chained(events: readonly RunEvent[], before: readonly StoredEvent[] = []): readonly StoredEvent[] {
  const place = { run: RUN_ID, previous: before.at(-1)?.hash ?? '', seq: before.length };
  return chain(place, T.planned, events, recordKeys);
}

/** A worker that starts, with an empty record and a host that has kept one. */
function stage(record: string, run = RUN_ID) {
  const store = memoryStore(clockAt(T.decided));
  const woken = wakeups();
  const host = scriptedHost({ lostRecords: async () => [{ run, record }] });
  const deps = { hosts: host.hosts, store, signer, wakeups: woken };
  return { deps, store, woken, host, adopt: () => adoptLostRuns(deps, site()) };
}

describe('a run that the record has lost', () => {
  it('is taken up from what its host has kept, and workers and Slack are woken', async () => {
    const { adopt, store, woken, host } = stage(recordText(RUN_ID, SWITCHING, signer));

    expect(await adopt()).toEqual({ adopted: [RUN_ID], waiting: [], astray: [] });

    expect(await store.read(RUN_ID)).toMatchObject({ state: 'switching', request: { requester: ALICE } });
    expect(await store.activeOn('acme-kitchens@production')).toBe(RUN_ID);
    expect([woken.advanced, woken.shown]).toEqual([[[RUN_ID, undefined]], [RUN_ID]]);
    expect(host.open()).toBe(0);
  });

  it('is taken up once', async () => {
    const { adopt, deps } = stage(recordText(RUN_ID, SWITCHING, signer));

    const [first, second] = await Promise.all([adopt(), adoptLostRuns(deps, site())]);

    expect([...first.adopted, ...second.adopted]).toEqual([RUN_ID]);
    expect([...first.waiting, ...second.waiting]).toEqual([]);
    expect(await adopt()).toEqual({ adopted: [], waiting: [], astray: [] });
  });

  it('waits where the site is taken by another run, and is taken up when that has ended', async () => {
    const { adopt, store } = stage(recordText(RUN_ID, SWITCHING, signer));
    const { site: key } = request();
    const other = await store.begin(key, 'acme-kitchens', 'key', { type: 'requested', request: request() });
    if (other.kind !== 'begun') throw new Error(`the other run is ${other.kind}`);

    expect(await adopt()).toEqual({ adopted: [], waiting: [RUN_ID], astray: [] });
    await store.append(other.run, { type: 'cancelled', by: ALICE });
    expect(await adopt()).toEqual({ adopted: [RUN_ID], waiting: [], astray: [] });
  });

  it.each<[string, string]>([
    ['a record of another bot', `${'f'.repeat(64)}\n${JSON.stringify(SWITCHING)}`],
    ['a record of another run', recordText('acme-kitchens-8', SWITCHING, signer)],
    ['a record that was changed', recordText(RUN_ID, SWITCHING, signer).replace(ALICE, 'U99DAVE')],
    [
      'a run of another site',
      recordText(RUN_ID, stored(eventsTo('switching'), request({ site: 'birch-bakery@production' })), signer),
    ],
    ['a run that has ended', recordText(RUN_ID, stored(eventsTo('failed')), signer)],
    ['nothing that can be read', 'nonsense'],
  ])('is not made of %s', async (_, record) => {
    const { adopt, store } = stage(record);

    expect(await adopt()).toEqual({ adopted: [], waiting: [], astray: [] });
    expect(await store.read(RUN_ID)).toBeNull();
  });

  describe('whose end the record has lost', () => {
    const WHOLE = chained([{ type: 'requested', request: request() }, ...eventsTo('switching', plan())]);
    const without = (last: number) => WHOLE.slice(0, WHOLE.length - last);
    const known = (events: readonly StoredEvent[]) => {
      const scene = stage(recordText(RUN_ID, WHOLE, signer));
      return { ...scene, put: () => scene.store.adopt(foldRun(RUN_ID, events), events) };
    };

    it('goes on from what its host has kept', async () => {
      const { adopt, put, store, woken } = known(without(2));
      await put();
      expect((await store.read(RUN_ID))?.state).toBe('awaiting-approval');

      expect(await adopt()).toEqual({ adopted: [RUN_ID], waiting: [], astray: [] });

      expect(await store.events(RUN_ID)).toEqual(WHOLE);
      expect(woken.advanced).toEqual([[RUN_ID, undefined]]);
    });

    it('takes the place of another request that was given its number, as soon as that has ended', async () => {
      const { adopt, store } = known(WHOLE);
      const other = chained([{ type: 'requested', request: request({ reason: 'again' }) }]);
      await store.adopt(foldRun(RUN_ID, other), other);

      expect(await adopt()).toEqual({ adopted: [], waiting: [RUN_ID], astray: [] });
      await store.append(foldRun(RUN_ID, other), { type: 'cancelled', by: ALICE });
      expect(await adopt()).toEqual({ adopted: [RUN_ID], waiting: [], astray: [] });

      expect(await store.events(RUN_ID)).toEqual(WHOLE);
    });

    it('does not take the place of a request for another environment, whose host knows nothing of it', async () => {
      const { adopt, store } = known(WHOLE);
      const elsewhere = request({ site: 'acme-kitchens@staging' });
      const other = chained([{ type: 'requested', request: elsewhere }]);
      await store.adopt(foldRun(RUN_ID, other), other);

      expect(await adopt()).toEqual({ adopted: [], waiting: [RUN_ID], astray: [] });
      const begun = chained([{ type: 'requested', request: elsewhere }, ...eventsTo('switching', plan())]);
      await store.catchUp(foldRun(RUN_ID, other), begun.slice(1));

      expect(await adopt()).toEqual({ adopted: [], waiting: [], astray: [RUN_ID] });
      expect(await store.events(RUN_ID)).toEqual(begun);
    });

    it('stays as it is where a decision that has begun on the host was lost, and another was made since, which is said', async () => {
      const held = [
        { type: 'requested', request: request() },
        ...eventsTo('needs-decision', plan()),
      ] as const;
      const before = chained(held);
      const since = (...more: readonly RunEvent[]) => [...before, ...chained(more, before)];
      const retried = since({
        type: 'recovery-begun',
        recovery: { action: 'retry', step: 'static', attempt: 2 },
        by: ALICE,
        digest: 'd'.repeat(64),
        expiresAt: T.expires,
        approval: null,
      });
      const { adopt, store } = stage(recordText(RUN_ID, retried, signer));
      const closed = since({ type: 'closed', by: ALICE });
      await store.adopt(foldRun(RUN_ID, closed), closed);

      expect(await adopt()).toEqual({ adopted: [], waiting: [], astray: [RUN_ID] });
      expect(await store.events(RUN_ID)).toEqual(closed);
    });

    it.each<[string, readonly StoredEvent[], readonly string[]]>([
      ['is whole', WHOLE, []],
      [
        'has gone another way since, which is said',
        [...without(2), ...chained([{ type: 'cancelled', by: ALICE }], without(2))],
        [RUN_ID],
      ],
    ])('stays as it is where the record %s', async (_, events, astray) => {
      const { adopt, put, store } = known(events);
      await put();

      expect(await adopt()).toEqual({ adopted: [], waiting: [], astray });
      expect(await store.events(RUN_ID)).toEqual(events);
    });
  });

  it('waits for its host where that is away', async () => {
    const away = scriptedHost({
      lostRecords: async () => {
        throw new HostError('timed-out', 'no answer');
      },
    });
    const { deps } = stage('');

    await expect(adoptLostRuns({ ...deps, hosts: away.hosts }, site())).rejects.toThrow('no answer');
    expect(away.open()).toBe(0);
  });
});
