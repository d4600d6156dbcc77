import { describe, expect, it } from 'vitest';
import { type PlanDeps, planRollback } from '../../../src/app/plan/plan-rollback.ts';
import type { HostSession } from '../../../src/app/ports/host.ts';
import type { AppliedOnDatabase } from '../../../src/app/ports/host-probes.ts';
import { writerOf } from '../../../src/app/run/pickup.ts';
import type { LoadedApplication } from '../../../src/domain/host/environment.ts';
import type { Survey } from '../../../src/domain/host/survey.ts';
import type { Mode } from '../../../src/domain/plan/mode.ts';
import type { ReasonCode } from '../../../src/domain/refusal.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { fitRecord } from '../../support/fakes/fit-record.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { healthyProbe } from '../../support/fakes/probe.ts';
import { records } from '../../support/fakes/records.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { signer } from '../../support/fakes/signer.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { applied, commit, commitOf, disk, evidence, LIVE, TARGET } from '../../support/story/evidence.ts';
import { ended, eventsTo, plan, RUN_ID, runOf, started, steps, verified } from '../../support/story/run.ts';
import { request, site, T } from '../../support/story/site.ts';
import { afterRollback, safetyBackup, UNDONE } from '../../support/story/undo.ts';

const TREE = '/srv/sum/acme-kitchens/.rollback-bot/trees/before';

const VENV = `/srv/sum/acme-kitchens/.rollback-bot/runs/${UNDONE}/venv-before`;

const OLD = [applied('website.0001'), applied('website.0002')];

const KEPT = { tree: TREE, venv: VENV, packages: 'e'.repeat(64), freeBytes: 19 * 1024 ** 3, installed: {} };

/** The undone run, as it ended. */
function past(mode: Mode): readonly RunEvent[] {
  const of = plan(mode);
  const done = steps(['stop', 0], ['checkout', 0], ['restore', 0], ['environment', 0], ['healthy', 0]);
  const decided = eventsTo('switching', of).filter((event) => mode === 'full' || event.type !== 'approved');
  const before =
    mode === 'full' ? decided : [decided[0], started(of), decided.at(-1)].filter((one) => one !== undefined);
  return [...before, ...done, ended('done', 'stable', 0), verified];
}

interface Story {
  readonly mode?: Mode;
  readonly survey?: Partial<Survey>;
  readonly database?: Partial<AppliedOnDatabase>;
  readonly host?: Partial<HostSession>;
  /** Runs after the undone one. */
  readonly later?: readonly RunEvent[];
  /** The record of this run cannot be read. */
  readonly damaged?: string;
}

async function planned({ mode = 'full', survey = {}, database = {}, host = {}, later, damaged }: Story = {}) {
  const clock = clockAt(T.planned);
  const store = memoryStore(clock);
  store.put({ ...runOf(past(mode)), id: UNDONE }, past(mode));
  if (later) store.put({ ...runOf(later), id: 'acme-kitchens-66' }, later);
  const asked = request({ version: null, undo: UNDONE });
  store.put(runOf([], asked), []);
  const begun: LoadedApplication[] = [];
  const restored = {
    ...evidence(mode).database,
    applied: mode === 'full' ? OLD : evidence(mode).database.applied,
  };
  const scripted = scriptedHost({
    survey: async () => ({ ...afterRollback, ...survey }),
    database: async () => ({ ...restored, ...database }),
    keptEnvironment: async () => KEPT,
    migrations: async (tree) => [
      disk('website.0001'),
      disk('website.0002'),
      ...(tree === TREE && mode === 'full' ? [disk('website.0003_split_lead_name')] : []),
    ],
    tryStart: async (_tree, _venv, application) => {
      begun.push(application);
      return { problem: null, listens: null };
    },
    readBackup: async (listed) => ({ ...safetyBackup, ...listed, bytes: 9_000 }),
    countRows: async () => ({ tables: { website_lead: { rows: 14, exact: true } } }),
    ...host,
  });
  const deps: PlanDeps = {
    hosts: scripted.hosts,
    probe: healthyProbe,
    records: records(),
    store: {
      ...store,
      read: async (id) => {
        if (id === damaged) throw new Error('entry 4 was changed');
        return store.read(id);
      },
    },
    wakeups: wakeups(),
    record: fitRecord,
    clock,
    signer,
    nearest: () => null,
  };
  const run = await store.read(RUN_ID);
  if (run === null) throw new Error('the run is gone');
  const writer = writerOf({ store, wakeups: wakeups() }, run);
  await planRollback(deps, writer, site());
  return { run: writer.run(), calls: scripted.calls, begun };
}

describe('planning an undo', () => {
  it('goes back to the code, the kept environment and the safety backup, and asks a second person', async () => {
    const { run, calls, begun } = await planned();

    expect(run.state).toBe('awaiting-approval');
    expect(run.plan).toMatchObject({
      binding: { mode: 'full', liveCommit: TARGET, targetCommit: LIVE },
      approvalReasons: ['the database is overwritten'],
      facts: {
        target: { commit: LIVE, source: 'reflog', liveUntil: '2026-03-01T02:20:02.000Z' },
        backup: { name: `${UNDONE}/safety.sql.gz`, keptBy: UNDONE, takenAt: '2026-03-01T02:20:02.000Z' },
        environment: VENV,
        undo: { run: UNDONE, rowsThen: { website_lead: 12 } },
      },
    });
    expect(run.plan?.facts.loss).toMatchObject([{ table: 'website_lead', now: 14, inBackup: 12 }]);
    expect(run.plan?.facts.undo?.comesBack).toMatchObject([
      { table: 'website_leadevent', now: 70, inBackup: null },
      { table: 'website_lead', now: 15, inBackup: 12 },
    ]);
    for (const value of [
      `ENVIRONMENT='${VENV}'`,
      `ENVIRONMENT_PACKAGES='${KEPT.packages}'`,
      "GOOD_HEALTH='200 503'",
    ])
      expect(run.plan?.program).toContain(`\n${value}\n`);
    expect(calls).toContain(`readBackup ${UNDONE}/safety.sql.gz`);
    expect(calls).toContain(`stageRestore ${RUN_ID}`);
    expect(calls).not.toContain('prepareEnvironment');
    // Its scripts name the Python of venv, which is another one by now.
    expect(begun).toEqual([
      { program: ['bin/python', `${VENV}/bin/gunicorn`], name: 'acme_kitchens.wsgi:application' },
    ]);
  });

  it('takes nothing back past a run whose record cannot be read', async () => {
    const { run } = await planned({ later: past('code-only'), damaged: 'acme-kitchens-66' });

    expect(run).toMatchObject({
      state: 'refused',
      refusal: {
        code: 'record-unreadable',
        sentence:
          "The record of acme-kitchens-66 can't be read (entry 4 was changed), so it's unknown what it changed on Acme Kitchens.",
      },
    });
  });

  it('of code alone touches no database and waits for Start', async () => {
    const { run, calls } = await planned({ mode: 'code-only' });

    expect(run.state).toBe('awaiting-start');
    expect(run.plan?.binding).toMatchObject({ mode: 'code-only', restoreSha256: null, targetCommit: LIVE });
    expect(calls.filter((call) => call.startsWith('readBackup'))).toEqual([]);
  });

  it.each<[string, ReasonCode, string, Story]>([
    [
      'somebody has deployed since',
      'undo-overtaken',
      'The site was changed after acme-kitchens-6: the code is 77777777, checked out 2026-03-01 02:09, but acme-kitchens-6 left v0.5.0 (55555555). An undo would take that change away as well.',
      {
        survey: {
          live: commit({ commit: commitOf('7'), tags: [], pin: null }),
          reflog: [
            { commit: commitOf('7'), at: '2026-03-01T02:09:00Z' },
            { commit: TARGET, at: '2026-03-01T02:05:01Z' },
          ],
        },
      },
    ],
    [
      'somebody has migrated since',
      'undo-overtaken',
      'The site was changed after acme-kitchens-6: the database has other migrations than acme-kitchens-6 left. An undo would take that change away as well.',
      { database: { applied: [...OLD, applied('website.0009_more')] } },
    ],
    [
      'the site uses another database',
      'undo-overtaken',
      'The site was changed after acme-kitchens-6: the site now uses another database, sum_acme on 127.0.0.1:5432. An undo would take that change away as well.',
      { database: { oid: '99' } },
    ],
    [
      'the environment was changed since',
      'undo-overtaken',
      'The site was changed after acme-kitchens-6: packages were installed into it since. An undo would take that change away as well.',
      {
        host: {
          keptEnvironment: async () => ({
            problem: 'packages were installed into it since',
            code: 'undo-overtaken',
          }),
        },
      },
    ],
    [
      'the environment is not kept any more',
      'undo-not-kept',
      "acme-kitchens-6 can't be undone: it is gone.",
      { host: { keptEnvironment: async () => ({ problem: 'it is gone', code: 'undo-not-kept' }) } },
    ],
    [
      'the safety backup is not kept any more',
      'undo-not-kept',
      "acme-kitchens-6 can't be undone: its safety backup can't be used: it is not there.",
      {
        host: { readBackup: async (listed) => ({ ...safetyBackup, ...listed, problem: 'it is not there' }) },
      },
    ],
    [
      'the safety backup does not fit the code that comes back',
      'undo-not-kept',
      "acme-kitchens-6 can't be undone: its safety backup can't be used: it lacks website.0003_split_lead_name, which the code needs.",
      { host: { readBackup: async (listed) => ({ ...safetyBackup, ...listed, migrations: OLD }) } },
    ],
    [
      'the code does not start in the kept environment',
      'target-does-not-start',
      "acme-kitchens-6 kept the previous environment, but gunicorn can't load v0.6.0 (66666666) from it: ImportError: no sum_core.",
      { host: { tryStart: async () => ({ problem: 'ImportError: no sum_core', listens: null }) } },
    ],
    [
      'another run has changed the site since',
      'undo-not-newest',
      'acme-kitchens-66 changed Acme Kitchens after acme-kitchens-6.',
      { later: past('full') },
    ],
  ])('is refused where %s, and changes nothing', async (_, code, sentence, story) => {
    const { run, calls } = await planned(story);

    expect(run).toMatchObject({ state: 'refused', refusal: { code, sentence } });
    expect(calls.filter((call) => /^(?:launch|stageRestore)/.test(call))).toEqual([]);
  });
});
