import { describe, expect, it } from 'vitest';
import type { HostSession } from '../../../src/app/ports/host.ts';
import { HostError } from '../../../src/app/ports/host-error.ts';
import { checkSite } from '../../../src/app/readiness/check-site.ts';
import type { SiteReadiness } from '../../../src/domain/readiness/findings.ts';
import { scriptedHost, startedAside } from '../../support/fakes/scripted-host.ts';
import { backup, evidence } from '../../support/story/evidence.ts';
import { site } from '../../support/story/site.ts';
import { deps, QUIET, WISH } from './check-site-support.ts';

const LIMITS = { withinSeconds: 1200, keepFreeBytes: 2_000_000_000 };
const BACKUP = backup().name;

async function look(answers: Partial<HostSession>): Promise<{ checked: SiteReadiness; calls: string[] }> {
  const host = scriptedHost(answers);
  const checked = await checkSite(deps(host), site({ rehearsal: LIMITS }), WISH, QUIET);
  return { checked, calls: host.calls.slice(host.calls.indexOf('prepareEnvironment') + 1) };
}

const found = ({ findings }: SiteReadiness) => findings.filter(({ subject }) => subject === 'rehearsal');

describe('the rehearsal of a readiness check', () => {
  it('restores the backup that a rollback would take, starts the version on it, and leaves nothing', async () => {
    const { checked, calls } = await look({});

    expect(calls).toEqual([`restoreAside ${BACKUP}`, 'startAside', 'leaveRehearsal']);
    expect(found(checked)).toEqual([
      {
        subject: 'rehearsal',
        kind: 'good',
        sentence: `v0.5.0 (55555555) ran aside on ${BACKUP}: health page 200, homepage 200, login page 200; restoring it took 2.3 s, starting it 0.9 s`,
      },
    ]);
    expect(checked.rehearsed).toEqual({
      version: 'v0.5.0 (55555555)',
      backup: BACKUP,
      restoreMs: 2_300,
      startMs: 900,
    });
  });

  it('says what failed, as something to mend', async () => {
    const { checked, calls } = await look({
      startAside: async () =>
        startedAside({ parts: [{ name: 'start', ms: 9, failed: 'ImportError: no x' }], pages: [] }),
    });

    expect(calls.at(-1)).toBe('leaveRehearsal');
    expect(found(checked)).toMatchObject([{ kind: 'bad', code: 'rehearsal-failed' }]);
    expect(checked.rehearsed).toBeUndefined();
  });

  it('starts nothing on a backup that can not be restored', async () => {
    const { checked, calls } = await look({
      restoreAside: async () => ({
        why: null,
        cure: null,
        failed: 'PostgreSQL says: no',
        ms: 3,
        migrations: null,
        rows: null,
      }),
    });

    expect(calls).toEqual([`restoreAside ${BACKUP}`]);
    expect(found(checked)).toMatchObject([{ kind: 'bad', code: 'rehearsal-failed' }]);
  });

  it('is no news where the host does not allow it', async () => {
    const { checked } = await look({
      restoreAside: async () => ({
        why: 'its role may not create a database',
        cure: 'createdb',
        failed: null,
        ms: 3,
        migrations: null,
        rows: null,
      }),
    });

    expect(found(checked)).toEqual([
      {
        subject: 'rehearsal',
        kind: 'good',
        sentence:
          "it was not rehearsed, because its role may not create a database. To make it possible, on the database server: sudo -u postgres psql -c 'ALTER ROLE sum_acme CREATEDB'",
      },
    ]);
  });

  it('takes the side database away also if the host breaks off', async () => {
    const { checked, calls } = await look({
      startAside: async () => {
        throw new HostError('unknown', 'the connection to the host was lost');
      },
    });

    expect(calls).toEqual([`restoreAside ${BACKUP}`, 'startAside', 'leaveRehearsal']);
    expect(checked.findings.at(-1)).toMatchObject({ subject: 'host', kind: 'cannot-tell' });
  });

  it('restores only, if no version fits', async () => {
    const { checked, calls } = await look({
      prepareEnvironment: async () => ({ problem: 'pip cannot install it' }),
    });

    expect(calls).toEqual([`restoreAside ${BACKUP}`, 'leaveRehearsal']);
    expect(checked.rehearsed).toMatchObject({ version: null, startMs: null });
  });

  it('is not held on a database that no rollback would restore', async () => {
    const { calls } = await look({
      database: async () => ({ ...evidence('full').database, sizeBytes: 1e15 }),
    });

    expect(calls).toEqual([]);
  });
});
