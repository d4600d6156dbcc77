import { describe, expect, it } from 'vitest';
import { advanceRun } from '../../../src/app/advance-run.ts';
import { cancelRun } from '../../../src/app/decide/plan.ts';
import { HostError } from '../../../src/app/ports/host-error.ts';
import { StoreUnavailable } from '../../../src/app/ports/run-store.ts';
import type { BackupFile } from '../../../src/domain/database/backup.ts';
import { people } from '../../support/fakes/people.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { backup, evidence, survey } from '../../support/story/evidence.ts';
import { RUN_ID } from '../../support/story/run.ts';
import { ALICE } from '../../support/story/site.ts';
import { stage } from '../../support/story/stage.ts';

describe('planning that does not go smoothly', () => {
  it('takes the next backup when the newest does not fit, and says why', async () => {
    const older = backup({ name: 'older.sql.gz', takenAt: '2026-02-01T00:00:00Z' });
    const host = scriptedHost({
      listBackups: async () => [older, backup()],
      readBackup: async ({ name }) =>
        name === older.name ? older : backup({ problem: 'it ends before the dump is complete' }),
    });
    const { advance, run } = stage([], { host });

    await advance();

    expect((await run()).plan?.facts).toMatchObject({
      backup: { name: 'older.sql.gz' },
      otherBackups: [{ name: backup().name, why: 'it ends before the dump is complete' }],
    });
  });

  it.each([
    [
      'it cannot judge it',
      async (): Promise<BackupFile> => backup({ problem: 'a statement is unknown', unjudged: true }),
    ],
    [
      'reading it takes too long',
      async (): Promise<BackupFile> => {
        throw new HostError('timed-out', 'a command on the host did not end within 1200 s');
      },
    ],
  ])('never takes an older backup on its own because %s, but names both', async (_, readNewest) => {
    const older = backup({ name: 'older.sql.gz', takenAt: '2026-02-01T00:00:00Z' });
    const answers = { listBackups: async () => [older, backup()] };
    const host = scriptedHost({
      ...answers,
      readBackup: async (listed) => (listed.name === older.name ? older : readNewest()),
    });
    const { advance, run } = stage([], { host });

    await advance();

    const { refusal } = await run();
    expect(refusal?.code).toBe('backup-unjudged');
    expect(refusal?.sentence).toContain(`The bot can't judge the backup ${backup().name}`);
    expect(refusal?.next).toContain('/rollback acme-kitchens@production v0.5.0 --backup older.sql.gz');
    const named = stage([], { host: scriptedHost(answers), asked: { backup: older.name } });
    await named.advance();
    expect((await named.run()).plan?.facts.backup?.name).toBe(backup().name);
  });

  it('reads no more backups when it cannot judge the newest three', async () => {
    const names = ['e', 'd', 'c', 'b', 'a'].map((name) => `${name}.sql.gz`);
    const host = scriptedHost({
      listBackups: async () =>
        names.map((name, day) => backup({ name, takenAt: `2026-02-2${9 - day}T00:00:00Z` })),
      readBackup: async (listed) => backup({ ...listed, problem: 'a statement is unknown', unjudged: true }),
    });
    const { advance, run } = stage([], { host });

    await advance();

    expect(host.calls.filter((call) => call.startsWith('readBackup'))).toHaveLength(3);
    expect((await run()).refusal?.next).toContain('--backup b.sql.gz');
  });

  it('never takes a number that the host has used, and makes the next one free', async () => {
    const host = scriptedHost({ survey: async () => survey({ lastRun: 12 }) });
    const { advance, run, store } = stage([], { host });

    await advance();

    expect(await run()).toMatchObject({ state: 'refused', refusal: { code: 'run-number-taken' } });
    expect(store.skipped).toEqual([['acme-kitchens', 12]]);
  });

  it('stops touching the host when somebody cancels meanwhile', async () => {
    const host = scriptedHost({
      database: async () => {
        await cancelRun(decisions(), { run: RUN_ID, digest: null, user: ALICE });
        return evidence('full').database;
      },
    });
    const scene = stage([], { host });
    const decisions = () => ({ ...scene.deps, people: people() });

    await scene.advance();

    expect(await scene.run()).toMatchObject({ state: 'cancelled', plan: null });
    expect(host.calls).not.toContain('prepareEnvironment');
    expect(host.open()).toBe(0);
  });

  it('ends in an error of our own, and not in a refusal, when the bot itself is broken', async () => {
    const host = scriptedHost({
      survey: async () => {
        throw new TypeError('a bug');
      },
    });
    const { advance, run } = stage([], { host });

    await expect(advance()).rejects.toThrow('a bug');
    expect((await run()).state).toBe('planning');
    expect(host.open()).toBe(0);
  });

  it('gives a plan up that the bot itself cannot make, after a while, and says so', async () => {
    const host = scriptedHost({
      survey: async () => {
        throw new TypeError('a bug');
      },
    });
    const { advance, run } = stage([], { host });

    for (let time = 1; time <= 4; time += 1) await expect(advance()).rejects.toThrow('a bug');
    await advance();

    expect(await run()).toMatchObject({
      state: 'refused',
      refusal: {
        code: 'bot-errored',
        sentence: "The bot couldn't make the plan, by a fault of its own: a bug",
        next: "Nothing was changed. Look at the worker's log. Meanwhile you can roll the site back by hand.",
      },
    });
  });

  it('makes no plan while what is known of the site cannot be asked for', async () => {
    const { deps, run } = stage([]);
    const store = {
      ...deps.store,
      withTasksDue: async () => ['acme-kitchens-3'],
      read: async (id: string) => {
        if (id.endsWith('-3'))
          throw new StoreUnavailable('redis at localhost:6379 does not answer: no reply in time');
        return deps.store.read(id);
      },
    };

    await expect(advanceRun({ ...deps, store }, RUN_ID)).rejects.toThrow('does not answer');

    expect((await run()).state).toBe('planning');
  });

  it('is not kept from a plan by an ended run that cannot be read, and names it where it is of that site', async () => {
    const { deps, run } = stage([]);
    const store = {
      ...deps.store,
      withTasksDue: async () => ['dune-dental-3', 'acme-kitchens-3'],
      read: async (id: string) => {
        if (id.endsWith('-3')) throw new Error(`run ${id}: entry 4 was changed`);
        return deps.store.read(id);
      },
    };

    await advanceRun({ ...deps, store }, RUN_ID);

    expect((await run()).plan?.facts.warnings).toEqual([
      "The record of acme-kitchens-3 can't be read (run acme-kitchens-3: entry 4 was changed), so it's unknown which versions it found not to work.",
    ]);
  });
});
