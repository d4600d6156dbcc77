import { describe, expect, it } from 'vitest';
import { beginNight, type NightDeps, nightlyCheck } from '../../../src/app/readiness/nightly-check.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { type ScriptedHost, scriptedHost } from '../../support/fakes/scripted-host.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { site, T } from '../../support/story/site.ts';
import { deps, HOUR, QUIET } from './check-site-support.ts';

const KEY = 'acme-kitchens@production';

describe('a night', () => {
  const looked: Site = site({ readiness: { backupMaxAgeMs: 26 * HOUR, prepare: true } });

  function nightDeps(host: ScriptedHost, active: readonly (string | null)[] = []) {
    const said: string[] = [];
    const answers = [...active];
    const store = memoryStore(clockAt(T.requested));
    const all: NightDeps = {
      ...deps(host),
      runs: { ...store, activeOn: async () => answers.shift() ?? null },
      readiness: { writeLook: async (key, look) => void said.push(`kept ${key} ${look.findings.length}`) },
      nights: {
        look: async (key) => void said.push(`look ${key}`),
        report: async (key) => void said.push(`report ${key}`),
      },
      inventory: inventory(looked, site({ slug: 'birch-bakery' }), { ...looked, slug: 'cedar-clinic' }),
    };
    return { all, said };
  }

  it('begins with one look for each site that wants it', async () => {
    const { all, said } = nightDeps(scriptedHost());

    await beginNight(all);

    expect(said).toEqual(['look acme-kitchens@production', 'look cedar-clinic@production']);
  });

  it('keeps what was found, and then has it told', async () => {
    const { all, said } = nightDeps(scriptedHost());

    expect(await nightlyCheck(all, KEY, QUIET)).toBeUndefined();

    expect(said).toEqual([`kept ${KEY} 9`, `report ${KEY}`]);
  });

  it('does not connect while a rollback is under way, and comes again', async () => {
    const host = scriptedHost();
    const { all, said } = nightDeps(host, ['acme-kitchens-7']);

    expect(await nightlyCheck(all, KEY, QUIET)).toEqual({ again: 600_000 });

    expect([host.calls, said]).toEqual([[], []]);
  });

  it('keeps nothing of a look in which a rollback began', async () => {
    const { all, said } = nightDeps(scriptedHost(), [null, 'acme-kitchens-7']);

    expect(await nightlyCheck(all, KEY, QUIET)).toEqual({ again: 600_000 });

    expect(said).toEqual([]);
  });

  it.each(['gone@production', 'birch-bakery@production'])('leaves %s alone', async (key) => {
    const host = scriptedHost();
    const { all, said } = nightDeps(host);

    expect(await nightlyCheck(all, key, QUIET)).toBeUndefined();

    expect([host.calls, said]).toEqual([[], []]);
  });
});
