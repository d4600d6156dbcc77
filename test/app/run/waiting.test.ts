import { describe, expect, it } from 'vitest';
import { recordText } from '../../../src/app/run/record-text.ts';
import { leases } from '../../support/fakes/leases.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { HASH, SEAL, signer } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { eventsTo, RUN_ID } from '../../support/story/run.ts';
import { request, T } from '../../support/story/site.ts';
import { looking, READY, SWITCHING, stage } from '../../support/story/stage.ts';

describe('waiting for people', () => {
  it.each(['awaiting-approval', 'awaiting-start'] as const)(
    'ends %s when its time is over',
    async (state) => {
      const { advance, run, clock, host } = stage(eventsTo(state));
      clock.set(T.expires);

      await advance();

      expect((await run()).state).toBe('expired');
      expect(host.calls).toEqual(['connect']);
    },
  );

  it('does not end where its host has kept that it has begun, and Redis has lost that', async () => {
    const whole = [{ type: 'requested', request: request() } as const, ...SWITCHING].map((event, seq) => ({
      seq,
      at: T.planned,
      hash: HASH,
      seal: SEAL,
      event,
    }));
    const record = recordText(RUN_ID, whole, signer);
    // Also where the host has it as one that was recorded: Redis may come from a backup of a time before that.
    const host = looking([], {
      lostRecords: async (active) => (active === RUN_ID ? [{ run: RUN_ID, record }] : []),
    });
    const { advance, run, clock, woken } = stage(SWITCHING.slice(0, 1), { host });
    clock.set(T.expires);

    await advance();

    expect((await run()).state).toBe('switching');
    expect(woken.advanced).toEqual([[RUN_ID, undefined]]);
  });

  it.each(['awaiting-approval', 'awaiting-start', 'needs-decision', 'denied'] as const)(
    'leaves a run alone that is %s',
    async (state) => {
      const { advance, store, host } = stage(eventsTo(state));

      await advance();

      expect(store.types(RUN_ID)).toEqual(eventsTo(state).map((event) => event.type));
      expect(host.calls).toEqual([]);
    },
  );

  it('leaves a run alone that another worker has', async () => {
    const { advance, store } = stage([], { deps: { leases: leases(true) } });

    await advance();

    expect(store.types(RUN_ID)).toEqual([]);
  });

  it('gives its lease back, however it ends', async () => {
    const held = leases();
    const { advance } = stage(READY, {
      host: scriptedHost({}, [{ status: new TypeError('a bug') }]),
      deps: { leases: held },
    });

    await expect(advance()).rejects.toThrow('a bug');
    expect(held.held.size).toBe(0);
  });
});

describe('a run whose site is gone from the configuration', () => {
  it.each([
    ['planning', eventsTo('planning'), 'refused'],
    ['ready', READY, 'refused'],
    ['awaiting-approval', eventsTo('awaiting-approval'), 'expired'],
  ] as const)('ends without any change while %s', async (_, past, state) => {
    const { advance, run, clock, host } = stage(past, { deps: { inventory: inventory() } });
    clock.set(T.expires);

    await advance();

    expect((await run()).state).toBe(state);
    expect(host.calls).toEqual([]);
  });

  it.each([
    ['switching', SWITCHING],
    ['needs-decision', eventsTo('needs-decision')],
  ] as const)('stays as it is once its switch has begun, and is missed aloud: %s', async (state, past) => {
    const { advance, store } = stage(past, { deps: { inventory: inventory() } });

    for (const _ of [1, 2])
      await expect(advance()).rejects.toThrow(
        `${RUN_ID} is ${state}, but acme-kitchens@production is no longer in the configuration: put it back until the run has ended`,
      );
    expect(store.types(RUN_ID)).toEqual(past.map(({ type }) => type));
  });
});

describe('a Redis that could lose the record', () => {
  const unfit = async () => [
    'The append-only file is off, so a restart would lose runs: set "appendonly yes".',
  ];

  it('is no place for a rollback', async () => {
    const { advance, run, host } = stage([], { deps: { record: { problems: unfit, mayBeUnfit: false } } });

    await advance();

    expect(await run()).toMatchObject({
      state: 'refused',
      refusal: {
        code: 'redis-unfit',
        sentence:
          'The bot\'s Redis could lose the record of a rollback. The append-only file is off, so a restart would lose runs: set "appendonly yes".',
      },
    });
    expect(host.calls).toEqual([]);
  });

  it('is said in every plan where the configuration allows it', async () => {
    const { advance, run } = stage([], { deps: { record: { problems: unfit, mayBeUnfit: true } } });

    await advance();

    expect((await run()).plan?.facts.warnings).toContain(
      'The record of this run could get lost: The append-only file is off, so a restart would lose runs: set "appendonly yes".',
    );
  });
});
