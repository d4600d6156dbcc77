import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { pager } from '../../support/fakes/pager.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { ended, hostState, RUN_ID } from '../../support/story/run.ts';
import { BOB, site, T } from '../../support/story/site.ts';
import { SWITCHING, stage } from '../../support/story/stage.ts';

describe('people who do not answer', () => {
  const HELD: readonly RunEvent[] = [...SWITCHING, ended('hold', 'static', 1, { found: hostState() })];
  const where = site({ escalation: [BOB], paging: { everyMs: 300_000, webhook: 'http://pager.test/' } });
  const minutes = (count: number) => new Date(Date.parse(T.decided) + count * 60_000).toISOString();

  function waiting(past: readonly RunEvent[]) {
    const calls = pager();
    const scene = stage(past, { deps: { pager: calls, inventory: inventory(where) } });
    const at = async (count: number) => {
      scene.clock.set(minutes(count));
      await scene.advance();
      return (await scene.run()).stop?.calls.map(({ webhook }) => webhook);
    };
    return { ...scene, calls, at };
  }

  it('are called every five minutes, from the second time on by the webhook as well, until one answers', async () => {
    const { at, calls, store, run } = waiting(HELD);

    expect(await at(4)).toEqual([]);
    expect(await at(5)).toEqual(['none']);
    expect(await at(9)).toEqual(['none']);
    expect(await at(10)).toEqual(['none', 'sent']);
    expect(calls.calls).toEqual([
      {
        incident: `${RUN_ID}-stop-1`,
        call: 2,
        run: RUN_ID,
        site: 'acme-kitchens@production',
        name: 'Acme Kitchens',
        text: 'Acme Kitchens is down. It is on the target code, v0.5.0 (55555555), the target environment and the database from the backup acme-kitchens_db_20260301T014000Z.sql.gz. A rollback waits for a decision in Slack, and nobody has answered.',
        since: T.decided,
      },
    ]);
    await store.append(await run(), { type: 'acknowledged', by: BOB });
    expect(await at(60)).toHaveLength(2);
  });

  it('are told when the webhook did not take the call', async () => {
    const calls = { page: async () => 'it answered 500' };
    const scene = stage(HELD, { deps: { pager: calls, inventory: inventory(where) } });
    for (const count of [5, 10]) {
      scene.clock.set(minutes(count));
      await scene.advance();
    }

    expect((await scene.run()).stop?.calls.at(-1)?.webhook).toEqual({ error: 'it answered 500' });
  });

  it('let what waits for a second person run out', async () => {
    const recovery: Decision = { action: 'go-back', step: 'static', attempt: 2 };
    const asked: RunEvent = { type: 'recovery-asked', recovery, by: BOB, digest: 'd', expiresAt: minutes(3) };
    const { at, run } = waiting([...HELD, asked]);

    expect(await at(2)).toEqual([]);
    expect((await run()).stop?.asked).not.toBeNull();
    await at(3);
    expect(await run()).toMatchObject({ state: 'needs-decision', stop: { asked: null } });
  });
});
