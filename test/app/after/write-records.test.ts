import { describe, expect, it } from 'vitest';
import type { RecordsOutcome } from '../../../src/app/ports/records.ts';
import { records } from '../../support/fakes/records.ts';
import { eventsTo, RUN_ID, runOf, steps } from '../../support/story/run.ts';
import { T } from '../../support/story/site.ts';
import { stage } from './run-tasks-support.ts';

describe('the records of a run', () => {
  const NONE: RecordsOutcome = { kind: 'none' };
  const WRITTEN: RecordsOutcome = {
    kind: 'written',
    commit: 'c'.repeat(40),
    branch: 'records',
    pullRequest: null,
  };
  const down = (state: 'succeeded' | 'failed' | 'closed' | 'denied') => {
    const [planned, decided, started, ...rest] = eventsTo(state);
    const begun = [planned, decided, started].filter((event) => event !== undefined);
    return state === 'denied' ? begun.slice(0, 2) : [...begun, ...steps(['stop', 0]), ...rest];
  };

  function ended(state: Parameters<typeof down>[0], ...outcomes: readonly RecordsOutcome[]) {
    const keeper = records(...outcomes);
    const past = down(state);
    const { store, ...rest } = stage('succeeded', { deps: { records: keeper } });
    store.put(runOf(past), past);
    const last = async () => (await store.events(RUN_ID)).at(-1)?.event;
    return { store, keeper, last, ...rest, since: () => store.types(RUN_ID).slice(past.length) };
  }

  it('are written once after a success, row and entry', async () => {
    const { tend, keeper, since, last, store } = ended('succeeded', WRITTEN);

    await tend();
    await tend();

    expect(since()).toEqual(['marked', 'quarantined', 'pruned', 'records-written']);
    expect(await last()).toEqual({
      type: 'records-written',
      commit: 'c'.repeat(40),
      branch: 'records',
      pullRequest: null,
    });
    expect(keeper.written).toHaveLength(1);
    expect(keeper.written[0]).toMatchObject({ run: RUN_ID, row: { cells: { version: 'v0.5.0' } } });
    expect(await store.withTasksDue(T.decided)).toEqual([]);
  });

  it.each(['failed', 'closed'] as const)('are an entry alone where the run is %s', async (state) => {
    const { tend, keeper, since } = ended(state, WRITTEN);

    await tend();

    expect(keeper.written).toMatchObject([{ run: RUN_ID, row: null }]);
    expect(since()).toEqual(['marked', 'records-written']);
  });

  it('are none where the site was never stopped', async () => {
    const { tend, keeper } = ended('denied', WRITTEN);

    await tend();

    expect(keeper.written).toEqual([]);
  });

  it('go to people where there is no repository', async () => {
    const { tend, last, keeper } = ended('succeeded', NONE);

    await tend();

    expect(await last()).toEqual({
      type: 'records-shown',
      row: '| Acme Kitchens | production | acme-kitchens | v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 |  |',
      entry: keeper.written[0]?.entry,
    });
  });

  it('stay pending until they go through, and say why once for each reason', async () => {
    const refused = { kind: 'pending', why: 'the push was refused' } as const;
    const away = { kind: 'pending', why: 'the repository is away' } as const;
    const { tend, since, later, store, clock } = ended('succeeded', refused, refused, away, WRITTEN);

    await tend();
    expect(since()).toEqual(['marked', 'quarantined', 'pruned', 'records-pending']);
    expect((await store.read(RUN_ID))?.state).toBe('succeeded');
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    for (let round = 0; round < 3; round += 1) {
      later(60);
      expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
      await tend();
    }

    expect(since()).toEqual([
      'marked',
      'quarantined',
      'pruned',
      'records-pending',
      'records-pending',
      'records-written',
    ]);
    expect(await store.withTasksDue(T.decided)).toEqual([]);
  });

  it('come later, without a word, while those of other runs are being written', async () => {
    const { tend, since, later, store, clock } = ended('succeeded', { kind: 'busy' }, WRITTEN);

    await tend();
    expect(since()).toEqual(['marked', 'quarantined', 'pruned']);
    later(60);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
    await tend();

    expect(since()).toEqual(['marked', 'quarantined', 'pruned', 'records-written']);
  });

  it('leave the row to a later run of the site that has succeeded meanwhile', async () => {
    const { tend, keeper, store } = ended('succeeded', WRITTEN);
    store.put({ ...runOf(down('succeeded')), id: 'acme-kitchens-8' }, down('succeeded'));

    await tend();

    expect(keeper.written).toMatchObject([{ run: RUN_ID, row: null }]);
  });
});
