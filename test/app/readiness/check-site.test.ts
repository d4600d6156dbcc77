import { describe, expect, it } from 'vitest';
import type { HostSession } from '../../../src/app/ports/host.ts';
import { HostError } from '../../../src/app/ports/host-error.ts';
import type { RunStore } from '../../../src/app/ports/run-store.ts';
import { checkSite } from '../../../src/app/readiness/check-site.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import {
  applied,
  backup,
  commit,
  disk,
  evidence,
  LIVE,
  liveCommit,
  survey,
  TARGET,
} from '../../support/story/evidence.ts';
import { ended, eventsTo, runIn, runOf, skippedProof } from '../../support/story/run.ts';
import { site, T } from '../../support/story/site.ts';
import { deps, QUIET, said, WISH } from './check-site-support.ts';

const BACKUP = 'acme-kitchens_db_20260301T014000Z.sql.gz';

const GOOD_TARGET = `target: v0.5.0 (55555555) is installed aside and can be started, with the backup ${BACKUP}, 34 minutes old`;

describe('a look at a site', () => {
  it('finds a site ready, and asks for no private copy, no program and no journal', async () => {
    const host = scriptedHost();

    const look = await checkSite(deps(host), site(), WISH, QUIET);

    expect(look.lookedAt).toBe(T.requested);
    expect(look.findings.map(({ subject, kind }) => `${subject} ${kind}`)).toEqual([
      'host good',
      'rights good',
      'lock good',
      'code good',
      'disk good',
      'cause good',
      'database good',
      'backup good',
      'target good',
    ]);
    expect(host.calls).toEqual([
      'connect',
      'survey',
      'database',
      `readBackup ${BACKUP}`,
      'prepareEnvironment',
    ]);
    expect(host.open()).toBe(0);
  });

  it('builds nothing where that is not wanted', async () => {
    const host = scriptedHost();

    const look = await checkSite(deps(host), site(), { ...WISH, prepare: false }, QUIET);

    expect(look.findings.map(({ subject }) => subject)).not.toContain('target');
    expect(host.calls).not.toContain('prepareEnvironment');
  });

  it.each<[string, Partial<HostSession>, readonly string[]]>([
    [
      'an empty newest backup is passed by, and the one before it read',
      {
        listBackups: async () => [
          backup(),
          backup({ name: 'newer.sql.gz', takenAt: '2026-03-01T02:10:00Z' }),
        ],
        readBackup: async (listed) =>
          listed.name === 'newer.sql.gz' ? backup({ ...listed, problem: 'it is empty' }) : backup(),
      },
      [
        'cause: everything that the health page needs on the host answers',
        'database: sum_acme answers and could be restored',
        `backup backup-incomplete: The newest backup cannot be used: newer.sql.gz (it is empty). The newest usable one is ${BACKUP}, 34 minutes old.`,
        GOOD_TARGET,
      ],
    ],
    [
      'a complete backup that does not fit the version to go back to',
      { readBackup: async () => backup({ migrations: [] }) },
      [
        'cause: everything that the health page needs on the host answers',
        'database: sum_acme answers and could be restored',
        `backup: the newest is ${BACKUP}, 34 minutes old, read to its end and complete`,
        'target backup-missing: A rollback to v0.5.0 (55555555) would have to restore a backup, and none on the host fits.',
      ],
    ],
    [
      'a version that cannot be installed any more',
      { prepareEnvironment: async () => ({ problem: "pip cannot install the target's requirements" }) },
      [
        'cause: everything that the health page needs on the host answers',
        'database: sum_acme answers and could be restored',
        `backup: the newest is ${BACKUP}, 34 minutes old, read to its end and complete`,
        "target target-not-installable: Pip cannot install the target's requirements.",
      ],
    ],
    [
      'a version that does not start',
      { tryStart: async () => ({ problem: 'ImportError: no module named x', listens: null }) },
      [
        'cause: everything that the health page needs on the host answers',
        'database: sum_acme answers and could be restored',
        `backup: the newest is ${BACKUP}, 34 minutes old, read to its end and complete`,
        "target target-does-not-start: v0.5.0 (55555555) was installed aside, but gunicorn can't load it: ImportError: no module named x.",
      ],
    ],
    [
      'a database that does not answer',
      { database: async () => ({ problem: 'the database does not answer', code: 'cause-elsewhere' }) },
      [
        'cause: everything that the health page needs on the host answers',
        'database cause-elsewhere: The database does not answer.',
        `backup: the newest is ${BACKUP}, 34 minutes old, read to its end and complete`,
      ],
    ],
    [
      'a database that the site shares',
      { database: async () => ({ ...evidence('full').database, foreignObjects: ['public.x (other)'] }) },
      [
        'cause: everything that the health page needs on the host answers',
        'database database-shared: Other roles own parts of this database: public.x (other). A restore could drop them, or fail.',
        `backup: the newest is ${BACKUP}, 34 minutes old, read to its end and complete`,
        GOOD_TARGET,
      ],
    ],
    [
      'a migration that nobody can explain',
      {
        database: async () => ({
          ...evidence('full').database,
          applied: [
            applied('website.0001'),
            applied('website.0002'),
            applied('gone.0001', '2026-03-01T02:01:00Z'),
          ],
        }),
      },
      [
        'cause: everything that the health page needs on the host answers',
        'database: sum_acme answers and could be restored',
        `backup: the newest is ${BACKUP}, 34 minutes old, read to its end and complete`,
        "target cannot-tell-migrations: Can't tell whether migrations ran: the database has gone.0001, which neither the live code nor the target knows, and nothing says that the target ran here after that (2026-03-01 02:01 UTC). The bot can judge a version that did.",
      ],
    ],
    [
      'code that the database would not have to be restored for',
      {
        database: async () => evidence('code-only').database,
        migrations: async () => [disk('website.0001'), disk('website.0002')],
      },
      [
        'cause: everything that the health page needs on the host answers',
        'database: sum_acme answers and could be restored',
        `backup: the newest is ${BACKUP}, 34 minutes old, read to its end and complete`,
        'target: v0.5.0 (55555555) is installed aside and can be started; the database would stay as it is',
      ],
    ],
    [
      'nothing else that ever ran here',
      { survey: async () => survey({ reflog: [{ commit: LIVE, at: T.upgraded }] }) },
      [
        'cause: everything that the health page needs on the host answers',
        'database: sum_acme answers and could be restored',
        `backup: the newest is ${BACKUP}, 34 minutes old, read to its end and complete`,
        'target: no other version is known to have run well here',
      ],
    ],
  ])('says of %s', async (_, answers, expected) => {
    expect(await said(answers)).toEqual(expected);
  });

  it('reads a backup once, although two questions need it', async () => {
    let reads = 0;

    await said({
      readBackup: async () => {
        reads += 1;
        return backup();
      },
    });

    expect(reads).toBe(1);
  });

  it.each([
    [
      'unreachable',
      'host-unreachable',
      "The bot can't check the host of Acme Kitchens: no route to host.",
      'Nothing was changed. Check that the host answers (ssh -p 22 deploy@10.0.0.5).',
    ],
    [
      'host-key-changed',
      'host-key-changed',
      "The bot can't check the host of Acme Kitchens: no route to host.",
      'Nothing was sent. If the host was not rebuilt, someone may be intercepting the connection: tell whoever runs the host before you change the configuration.',
    ],
  ] as const)('cannot tell anything where the host is %s', async (failure, code, sentence, next) => {
    const host = scriptedHost({
      connect: async () => {
        throw new HostError(failure, 'no route to host');
      },
    });

    const { findings } = await checkSite(deps(host), site(), WISH, QUIET);

    expect(findings).toEqual([{ subject: 'host', kind: 'cannot-tell', code, sentence, next }]);
  });

  it('keeps what it has seen where the connection breaks in the middle', async () => {
    const host = scriptedHost({
      listBackups: async () => {
        throw new HostError('unknown', 'the connection to the host was lost');
      },
    });

    const { findings } = await checkSite(deps(host), site(), WISH, QUIET);

    expect(findings.map(({ subject, kind }) => `${subject} ${kind}`)).toEqual([
      'host good',
      'rights good',
      'lock good',
      'code good',
      'disk good',
      'cause good',
      'database good',
      'host cannot-tell',
    ]);
    expect(host.open()).toBe(0);
  });

  it('is nobody’s finding where this process is asked to stop: the connection is closed and others look', async () => {
    const stop = new AbortController();
    const host = scriptedHost({
      listBackups: async () => {
        stop.abort();
        throw new HostError('unknown', 'the connection to the host was lost');
      },
    });

    await expect(checkSite(deps(host), site(), WISH, stop.signal)).rejects.toThrow('aborted');
  });

  it('asks nothing where the process was asked to stop while it connected', async () => {
    const stop = new AbortController();
    const host = scriptedHost({ connect: async () => stop.abort() });

    await expect(checkSite(deps(host), site(), WISH, stop.signal)).rejects.toThrow('aborted');

    expect([host.calls, host.open()]).toEqual([['connect'], 0]);
  });

  it('does not take for good what people have written down as rolled back from', async () => {
    const older = commit({ commit: '4'.repeat(40), pin: 'v0.4.0', tags: ['v0.4.0'] });
    const matrix = [
      '## Active Sites',
      '| Site Name | Environment | Slug | Current Version | Last Deploy Date | Last Upgrade Outcome | Notes |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| Acme | production | acme-kitchens | v0.6.0 | 2026-03-01 | Rolled back from `v0.5.0` to `v0.4.0` | |',
    ].join('\n');

    const found = await said(
      {
        survey: async () =>
          survey({
            reflog: [
              { commit: LIVE, at: T.upgraded },
              { commit: TARGET, at: '2026-02-01T10:00:00Z' },
              { commit: older.commit, at: '2026-01-01T10:00:00Z' },
            ],
          }),
        describeCommit: async (sha) =>
          [liveCommit, commit(), older].find((one) => one.commit === sha) ?? null,
      },
      { records: { matrix: async () => ({ kind: 'text', text: matrix }) } },
    );

    expect(found.at(-1)).toContain('target: v0.4.0 (44444444) is installed aside');
  });

  /** A run from the version to go back to, to the one that is live. */
  function pastRun(run: Run, read: string[] = []): Pick<RunStore, 'recent' | 'read'> {
    return {
      recent: async () => ['other-site-9', 'acme-kitchens-7'],
      read: async (id) => {
        read.push(id);
        if (run.plan === null) return null;
        const binding = { ...run.plan.binding, liveCommit: TARGET, targetCommit: LIVE };
        return { ...run, plan: { ...run.plan, binding } };
      },
    };
  }

  it('does not take for good what the bot has rolled back from, and reads no other site’s runs', async () => {
    const read: string[] = [];

    const found = await said({}, { runs: pastRun(runIn('succeeded'), read) });

    expect(read).toEqual(['acme-kitchens-7']);
    expect(found.at(-1)).toBe('target: no other version is known to have run well here');
  });

  it('learns nothing from a run whose proof did not hold', async () => {
    const asDone = runOf([...eventsTo('switching'), ended('done', 'stable', 0), ...skippedProof]);

    const found = await said({}, { runs: pastRun(asDone) });

    expect(found.at(-1)).toBe(GOOD_TARGET);
  });
});
