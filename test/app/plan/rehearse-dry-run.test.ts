import { describe, expect, it } from 'vitest';
import type { HostSession } from '../../../src/app/ports/host.ts';
import { scriptedHost, startedAside } from '../../support/fakes/scripted-host.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { backup } from '../../support/story/evidence.ts';
import { site } from '../../support/story/site.ts';
import { stage } from '../../support/story/stage.ts';

const REHEARSING = site({ rehearsal: { withinSeconds: 1200, keepFreeBytes: 2_000_000_000 } });

async function planned(dryRun: boolean, answers: Partial<HostSession> = {}, of = REHEARSING) {
  const host = scriptedHost(answers);
  const { advance, run } = stage([], { host, asked: { dryRun }, deps: { inventory: inventory(of) } });
  await advance();
  return { run: await run(), aside: host.calls.filter((call) => /Aside|leave/.test(call)) };
}

describe('a dry run', () => {
  it('tries the rollback aside, and its plan says what came of it', async () => {
    const { run, aside } = await planned(true);

    expect(aside).toEqual([`restoreAside ${backup().name}`, 'startAside', 'leaveRehearsal']);
    expect(run.plan?.facts.rehearsal).toEqual({
      passed: true,
      sentence: `v0.5.0 (55555555) ran aside on ${backup().name}: health page 200, homepage 200, login page 200; restoring it took 2.3 s, starting it 0.9 s.`,
    });
  });

  it('is refused with the reason of what failed aside', async () => {
    const { run } = await planned(true, {
      startAside: async () =>
        startedAside({ parts: [{ name: 'start', ms: 9, failed: 'ImportError: no x' }], pages: [] }),
    });

    expect(run).toMatchObject({ state: 'refused', refusal: { code: 'rehearsal-failed' } });
  });

  it('says why nothing was tried, where the host does not allow it', async () => {
    const { run } = await planned(true, {
      startAside: async () => startedAside({ why: 'no namespaces here', cure: 'none', pages: [] }),
    });

    expect(run.plan?.facts.rehearsal).toEqual({
      passed: false,
      sentence: 'It was not rehearsed, because no namespaces here. A rollback does without it.',
    });
  });

  it.each([
    ['a run that is no dry run', false, REHEARSING],
    ['a site that wants no rehearsals', true, site()],
  ])('tries nothing for %s', async (_what, dryRun, of) => {
    const { run, aside } = await planned(dryRun, {}, of);

    expect(aside).toEqual([]);
    expect(run.plan?.facts).not.toHaveProperty('rehearsal');
  });
});
