import { describe, expect, it } from 'vitest';
import type { HostSession } from '../../../src/app/ports/host.ts';
import { HostError, type HostFailure } from '../../../src/app/ports/host-error.ts';
import type { ReasonCode } from '../../../src/domain/refusal.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import {
  backup,
  disk,
  evidence,
  findings,
  LIVE,
  named,
  survey,
  TARGET,
} from '../../support/story/evidence.ts';
import { RUN_ID } from '../../support/story/run.ts';
import { T } from '../../support/story/site.ts';
import { type Stage, stage } from '../../support/story/stage.ts';

describe('planning', () => {
  it('ends in a plan that waits for an approval, and wakes a worker when its time is over', async () => {
    const { advance, run, woken, host } = stage([]);

    await advance();

    expect(await run()).toMatchObject({
      state: 'awaiting-approval',
      plan: { binding: { mode: 'full', targetCommit: TARGET, liveCommit: LIVE } },
      consent: { expiresAt: '2026-03-01T02:35:00.000Z' },
    });
    expect(woken.advanced).toEqual([[RUN_ID, 15 * 60_000 + 200]]);
    expect(host.calls).toEqual([
      'connect',
      'survey',
      'database',
      'prepareEnvironment',
      `readBackup ${backup().name}`,
      `stageRestore ${RUN_ID}`,
      `journal ${Date.parse(T.requested) / 1000 - 3600}`,
    ]);
    expect(host.open()).toBe(0);
  });

  it('ends in a plan that waits for Start when nothing is overwritten', async () => {
    const known = [disk('website.0001'), disk('website.0002')];
    const host = scriptedHost({
      database: async () => evidence('code-only').database,
      migrations: async () => known,
    });
    const { advance, run } = stage([], { host });

    await advance();

    expect(await run()).toMatchObject({ state: 'awaiting-start', plan: { binding: { mode: 'code-only' } } });
    expect(host.calls.join()).not.toContain('Backup');
  });

  it('warns of rows that no code knows any more, in the database and in its backup, and goes on', async () => {
    const { database } = evidence('full');
    const old = { ...named('blog.0001_initial'), appliedAt: '2024-03-01T00:00:00Z' };
    const host = scriptedHost({
      database: async () => ({ ...database, applied: [old, ...database.applied] }),
      readBackup: async () => backup({ migrations: [old, ...backup().migrations] }),
    });
    const { advance, run } = stage([], { host });

    await advance();

    const { plan } = await run();
    expect(plan?.facts).toMatchObject({ verdict: evidence('full').verdict, backup: { name: backup().name } });
    expect(plan?.facts.warnings).toContain(
      'The database has blog.0001_initial, which no code here knows any more. It was applied before v0.5.0 (55555555) last ran here, so it counts for nothing.',
    );
  });

  it('ends a dry run with its plan and gives the site free', async () => {
    const { advance, run, store, woken } = stage([], { asked: { dryRun: true } });

    await advance();

    expect(await run()).toMatchObject({ state: 'dry-run', plan: { binding: { mode: 'full' } } });
    expect(await store.activeOn('acme-kitchens@production')).toBeNull();
    expect(woken.advanced).toEqual([]);
  });

  it('keeps the code where only the database goes back, and asks for its own migrations', async () => {
    const known = [disk('website.0001'), disk('website.0002')];
    const host = scriptedHost({
      database: async () => evidence('database-only').database,
      migrations: async () => known,
    });
    const { advance, run } = stage([], { host, asked: { version: null, mode: 'database-only' } });

    await advance();

    expect((await run()).plan?.binding).toMatchObject({ mode: 'database-only', targetCommit: null });
    expect(host.calls).not.toContain('prepareEnvironment');
  });

  it.each<[HostFailure, ReasonCode, string]>([
    [
      'unreachable',
      'host-unreachable',
      'Nothing was changed. Check that the host answers (ssh -p 22 deploy@10.0.0.5), then ask again.',
    ],
    [
      'timed-out',
      'host-unreachable',
      'Nothing was changed. Check that the host answers (ssh -p 22 deploy@10.0.0.5), then ask again.',
    ],
    [
      'authentication',
      'host-unreachable',
      "Nothing was changed. Add the bot's public key to authorized_keys of deploy@10.0.0.5.",
    ],
    [
      'host-key-unknown',
      'host-key-unknown',
      'Nothing was sent. Compare the fingerprint on the host itself, such as on its console. Then set host.fingerprint, or add it to known_hosts.',
    ],
    [
      'host-key-changed',
      'host-key-changed',
      'Nothing was sent. If the host was not rebuilt, someone may be intercepting the connection: tell whoever runs the host before you change the configuration.',
    ],
    ['unknown', 'host-errored', 'Nothing was changed. Ask again.'],
    [
      'errored',
      'host-errored',
      "Nothing was changed. Ask again, and look at the worker's log if that doesn't help.",
    ],
  ])('says what to do when the host is %s', async (failure, code, next) => {
    const host = scriptedHost({
      connect: async () => {
        throw new HostError(failure, 'what the network said');
      },
    });
    const { advance, run, store } = stage([], { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'refused',
      refusal: {
        code,
        sentence: "The bot can't check the host of Acme Kitchens: what the network said.",
        next,
      },
    });
    expect(await store.activeOn('acme-kitchens@production')).toBeNull();
  });

  it.each<[string, Partial<HostSession>, Stage['asked'], ReasonCode]>([
    ['the host is not fit', { survey: async () => survey({ dirtyFiles: ['a.py'] }) }, {}, 'dirty-tree'],
    ['there is no site', { survey: async () => ({ problem: 'no checkout' }) }, {}, 'host-unsupported'],
    [
      'Redis is away and the health page needs it',
      {
        survey: async () =>
          survey({
            health: { status: 503, word: 'unhealthy', failing: ['cache'] },
            redis: { address: 'localhost:6379', problem: 'does not answer within 2 s' },
          }),
      },
      {},
      'cause-elsewhere',
    ],
    [
      'the database does not answer',
      { database: async () => ({ problem: 'the database does not answer', code: 'cause-elsewhere' }) },
      {},
      'cause-elsewhere',
    ],
    ['the database is away', { database: async () => ({ problem: 'no answer' }) }, {}, 'host-errored'],
    ['the version is unknown', { resolveVersion: async () => findings() }, {}, 'version-unknown'],
    [
      'the target is live already',
      { resolveVersion: async () => findings({ commit: LIVE }) },
      {},
      'already-live',
    ],
    [
      'the target cannot be installed',
      { prepareEnvironment: async () => ({ problem: 'pip cannot install it', detail: 'ERROR: no' }) },
      {},
      'target-not-installable',
    ],
    [
      'the target does not start',
      { tryStart: async () => ({ problem: 'RuntimeError: broken on purpose', listens: null }) },
      {},
      'target-does-not-start',
    ],
    [
      "the target's own configuration would move the site",
      { tryStart: async () => ({ problem: null, listens: ['127.0.0.1:9000'] }) },
      {},
      'target-does-not-start',
    ],
    [
      'there is no room for the target',
      { prepareEnvironment: async () => ({ problem: '40 MB free', code: 'disk-space' }) },
      {},
      'disk-space',
    ],
    [
      'the environment does not belong to the code whose database shall go back alone',
      { survey: async () => survey({ unmetPins: [{ name: 'a', wanted: '1', installed: '2' }] }) },
      { version: null, mode: 'database-only' },
      'environment-differs',
    ],
    [
      "the target's migrations cannot be read",
      { migrations: async () => ({ error: 'KeyError' }) },
      {},
      'cannot-tell-migrations',
    ],
    ['the flag would lose data', {}, { mode: 'code-only' }, 'code-only-unsafe'],
    [
      'the host cannot make environments',
      { prepareEnvironment: async () => ({ problem: 'python3 lacks venv', code: 'tools-missing' as const }) },
      {},
      'tools-missing',
    ],
    ['no backup is there', { listBackups: async () => [] }, {}, 'backup-missing'],
    [
      'the only backup is cut off',
      { readBackup: async () => backup({ problem: 'it is cut off' }) },
      {},
      'backup-missing',
    ],
    [
      'the bot cannot judge the only backup',
      { readBackup: async () => backup({ problem: 'it unpacks to more than 5 bytes', unjudged: true }) },
      {},
      'backup-unjudged',
    ],
    [
      'the bot cannot judge the backup that was named',
      { readBackup: async () => backup({ problem: 'it unpacks to more than 5 bytes', unjudged: true }) },
      { backup: backup().name },
      'backup-unjudged',
    ],
    [
      'the backup that was named is cut off',
      { readBackup: async () => backup({ problem: 'it is cut off' }) },
      { backup: backup().name },
      'backup-incomplete',
    ],
    [
      'the backup changed while it was copied',
      { stageRestore: async () => ({ problem: 'it changed' }) },
      {},
      'host-errored',
    ],
    [
      'only the database shall go back and the code cannot be read',
      { migrations: async () => ({ error: 'KeyError' }) },
      { version: null, mode: 'database-only' },
      'cannot-tell-migrations',
    ],
    [
      'only the database shall go back and the backup is of another schema',
      { readBackup: async () => backup({ migrations: [named('website.0001')] }) },
      { version: null, mode: 'database-only' },
      'backup-missing',
    ],
  ])('refuses when %s, and closes the connection', async (_, answers, asked, code) => {
    const host = scriptedHost(answers);
    const { advance, run } = stage([], { host, asked });

    await advance();

    expect(await run()).toMatchObject({ state: 'refused', refusal: { code }, plan: null });
    expect(host.open()).toBe(0);
  });
});
