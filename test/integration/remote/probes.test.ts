import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupsCommand, readBackupCommand, stageRestoreCommand } from '../../../src/remote/probes.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

const DUMP = `--
-- PostgreSQL database dump
--
\\restrict abc
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NEW;
END;
$$;
DROP EXTENSION IF EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS 'trigrams';
CREATE TABLE public.website_lead (id integer, name text);
COPY public.website_lead (id, name) FROM stdin;
1	Ann
2	DROP EXTENSION IF EXISTS pg_trgm;
3	\\N
\\.
COPY public.django_migrations (id, app, name, applied) FROM stdin;
1	website	0001_initial	2026-01-01
2	website	0002_phone	2026-01-02
\\.
--
-- PostgreSQL database dump complete
--
\\unrestrict abc
`;

describe.skipIf(!hasPython)('the probes for backups', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollback-probes-'));
    mkdirSync(join(root, 'backups'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const put = (name: string, content: Buffer | string) => writeFileSync(join(root, 'backups', name), content);
  const ask = (command: string) => JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' }));
  const read = (name: string, maxBytes = 1_000_000) =>
    ask(readBackupCommand({ root, path: join(root, 'backups', name), maxBytes }));

  it('list files of both naming styles, and skip anything that is no plain file without hanging', () => {
    put('acme-kitchens_db_20261122T154934Z.sql.gz', '');
    put('acme-kitchens_20261121_162434.sql.gz', '');
    put('media_20261122_152434.tar.gz', '');
    put('by hand.sql.gz', '');
    utimesSync(join(root, 'backups', 'by hand.sql.gz'), 1_000_000_000, 1_000_000_000);
    execFileSync('mkfifo', [join(root, 'backups', 'acme-kitchens_db_20261123T000000Z.sql.gz')]);
    symlinkSync('/etc/passwd', join(root, 'backups', 'acme-kitchens_db_20261124T000000Z.sql.gz'));
    mkdirSync(join(root, 'backups', 'acme-kitchens_db_20261125T000000Z.sql.gz'));

    expect(ask(backupsCommand({ root }))).toMatchObject([
      {
        name: 'acme-kitchens_20261121_162434.sql.gz',
        bytes: 0,
        slug: 'acme-kitchens',
        named: '2026-11-21T16:24:34Z',
        isUtc: false,
        kind: 'database',
      },
      {
        name: 'acme-kitchens_db_20261122T154934Z.sql.gz',
        bytes: 0,
        slug: 'acme-kitchens',
        named: '2026-11-22T15:49:34Z',
        isUtc: true,
        kind: 'database',
      },
      {
        name: 'by hand.sql.gz',
        bytes: 0,
        slug: null,
        named: null,
        isUtc: false,
        modified: '2001-09-09T01:46:40Z',
        kind: 'database',
      },
      { name: 'media_20261122_152434.tar.gz', bytes: 0, slug: null, named: null, kind: 'other' },
    ]);
  });

  it('read a whole dump: hash, size, rows and migrations', () => {
    const file = gzipSync(DUMP);
    put('a.sql.gz', file);

    expect(read('a.sql.gz')).toEqual({
      problem: null,
      sha256: createHash('sha256').update(file).digest('hex'),
      bytes: file.length,
      restoredBytes: Buffer.byteLength(DUMP),
      migrations: [
        { app: 'website', name: '0001_initial' },
        { app: 'website', name: '0002_phone' },
      ],
      rows: { website_lead: 3, django_migrations: 2 },
      unjudged: false,
      roles: [],
      extensions: ['pg_trgm'],
      needs: [],
      objects: ['comment on extension pg_trgm', 'function f'],
      takenFrom: null,
    });
  });

  it.each<[string, () => Buffer | string, string]>([
    ['is the gzip of nothing', () => gzipSync(''), 'it is empty'],
    [
      'is cut off',
      () => gzipSync(DUMP).subarray(0, 200),
      'it is cut off or damaged: gzip cannot read it to its end',
    ],
    ['is no gzip', () => DUMP, 'it is cut off or damaged: gzip cannot read it to its end'],
    [
      'is a whole gzip of half a dump',
      () => gzipSync(DUMP.slice(0, DUMP.indexOf('--\n-- PostgreSQL database dump complete'))),
      'it ends before the dump is complete',
    ],
    [
      'says only in a statement that it is whole',
      () =>
        gzipSync(
          DUMP.slice(0, DUMP.indexOf('--\n-- PostgreSQL database dump complete')) +
            "SELECT '\n-- PostgreSQL database dump complete\n';\n",
        ),
      'it ends before the dump is complete',
    ],
    [
      'holds no migrations',
      () => gzipSync('-- PostgreSQL database dump complete\n'),
      'it holds no django_migrations',
    ],
    [
      'runs a program',
      () => gzipSync(DUMP.replace('CREATE FUNCTION', '\\! touch owned\nCREATE FUNCTION')),
      'it holds a command of psql: \\! touch owned',
    ],
    [
      'connects to another database',
      () => gzipSync(DUMP.replace('CREATE FUNCTION', '\\connect other\nCREATE FUNCTION')),
      'it holds a command of psql: \\connect other',
    ],
    [
      'rolls back the transaction',
      () => gzipSync(DUMP.replace('DROP EXTENSION', 'ROLLBACK;\nDROP EXTENSION')),
      "it holds a statement that this bot doesn't know: ROLLBACK",
    ],
  ])('say why a backup cannot be used that %s', (_, content, problem) => {
    put('a.sql.gz', content());

    expect(read('a.sql.gz').problem).toBe(problem);
  });

  it('stop at a backup that unpacks to more than the host can hold', () => {
    put('bomb.sql.gz', gzipSync(Buffer.alloc(5_000_000)));

    expect(read('bomb.sql.gz').problem).toBe('it unpacks to more than 1000000 bytes');
  });

  function stage(name: string, extensions: readonly string[], sha256?: string) {
    const hash =
      sha256 ??
      createHash('sha256')
        .update(readFileSync(join(root, 'backups', name)))
        .digest('hex');
    const path = join(root, 'backups', name);
    const leftAlone = extensions.map((extension) => ['extension', extension] as const);
    const server = { me: 'sum_acme', missing_roles: [], publications: [], tablespaces: [] };
    return ask(stageRestoreCommand({ root, run: 'acme-kitchens-1', path, sha256: hash, leftAlone, server }));
  }

  it('stage a copy that replays as one transaction', () => {
    put('a.sql.gz', gzipSync(DUMP));

    const staged = stage('a.sql.gz', []);

    const copy = readFileSync(staged.path);
    expect(createHash('sha256').update(copy).digest('hex')).toBe(staged.sha256);
    expect(gunzipSync(copy).toString()).toBe(
      [
        'BEGIN;',
        "SET LOCAL lock_timeout = '30s';",
        'DROP OWNED BY CURRENT_USER CASCADE;',
        "DO 'BEGIN IF to_regnamespace(''public'') IS NULL THEN CREATE SCHEMA public; END IF; END';",
        `${DUMP.replaceAll(/\\(?:un)?restrict abc\n/g, '')}COMMIT;\n`,
      ].join('\n'),
    );
  });

  it('leave out statements about extensions of other roles, and keep rows that look like them', () => {
    put('a.sql.gz', gzipSync(DUMP));

    const text = gunzipSync(readFileSync(stage('a.sql.gz', ['pg_trgm']).path)).toString();

    expect(text.match(/^(?:DROP|CREATE|COMMENT ON) EXTENSION/gm)).toBeNull();
    expect(text).toContain('2\tDROP EXTENSION IF EXISTS pg_trgm;\n');
  });

  it('leave out what ends the transaction, and what the server or the role cannot replay, and say it', () => {
    const text = [
      'BEGIN;',
      "SELECT pg_catalog.lo_open('1', 131072);",
      'COMMIT;',
      'SET transaction_timeout = 0;',
      'ALTER TABLE public.website_lead OWNER TO acme_old;',
      'GRANT SELECT ON TABLE public.website_lead TO metabase;',
      'ALTER PUBLICATION bi ADD TABLE ONLY public.website_lead;',
    ].join('\n');
    put('a.sql.gz', gzipSync(DUMP.replace('DROP EXTENSION', `${text}\nDROP EXTENSION`)));
    const path = join(root, 'backups', 'a.sql.gz');
    const server = { me: 'sum_acme', missing_roles: ['metabase'], publications: [], tablespaces: [] };
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');

    const staged = ask(
      stageRestoreCommand({
        root,
        run: 'acme-kitchens-1',
        path,
        sha256,
        leftAlone: [['publication', 'bi']],
        server,
      }),
    );

    const copy = gunzipSync(readFileSync(staged.path)).toString();
    expect(copy.match(/^(?:BEGIN|COMMIT);$/gm)).toEqual(['BEGIN;', 'COMMIT;']);
    expect(copy).not.toMatch(/OWNER TO|GRANT|PUBLICATION|^SET transaction_timeout/m);
    expect(copy).toContain("FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout';");
    expect(staged.leftOut).toEqual([
      'the owner acme_old',
      'what the role metabase may do, which is not on this server',
    ]);
  });

  it('carry over what others may do today', () => {
    put('a.sql.gz', gzipSync(DUMP));
    const run = join(root, '.rollback-bot', 'runs', 'acme-kitchens-1');
    mkdirSync(run, { recursive: true });
    writeFileSync(join(run, 'rights'), JSON.stringify(['GRANT SELECT ON "it\'s" TO bi']));

    const copy = gunzipSync(readFileSync(stage('a.sql.gz', []).path)).toString();

    expect(copy).toContain(`DO 'BEGIN GRANT SELECT ON "it''s" TO bi;\n`);
    expect(copy.trimEnd().endsWith('COMMIT;')).toBe(true);
  });

  it('stage the same bytes again for the same backup, so that the digest of the plan is the same', () => {
    put('a.sql.gz', gzipSync(DUMP));

    expect(stage('a.sql.gz', ['pg_trgm'])).toEqual(stage('a.sql.gz', ['pg_trgm']));
  });

  it('leave nothing behind if the backup is not the one that was read', () => {
    put('a.sql.gz', gzipSync(DUMP));

    expect(stage('a.sql.gz', [], 'f'.repeat(64))).toEqual({
      problem: 'the backup changed while it was being copied',
    });
    expect(readdirSync(join(root, '.rollback-bot', 'runs', 'acme-kitchens-1'))).toEqual([]);
  });

  it('leave the copy alone if its run has begun', () => {
    put('a.sql.gz', gzipSync(DUMP));
    const { path } = stage('a.sql.gz', []);
    const approved = readFileSync(path);
    writeFileSync(join(path, '..', 'claim'), 'a digest');

    expect(stage('a.sql.gz', ['pg_trgm'])).toEqual({ problem: 'this run has begun on the host already' });
    expect(readFileSync(path).equals(approved)).toBe(true);
  });

  it('remove the copies of runs that never began after a day, and keep what a run or a person has left', () => {
    const runs = join(root, '.rollback-bot', 'runs');
    for (const [name, ...files] of [
      ['acme-kitchens-7', 'restore.sql.gz', 'claim'],
      ['acme-kitchens-8', 'restore.sql.gz', 'record', '.claim.a1B2c3'],
      ['terminal-20260301T022000Z', 'restore.sql.gz', 'safety.sql.gz', 'venv-before'],
    ] as const) {
      mkdirSync(join(runs, name), { recursive: true });
      for (const file of files) writeFileSync(join(runs, name, file), '');
      utimesSync(join(runs, name), 1_000_000_000, 1_000_000_000);
    }
    put('a.sql.gz', gzipSync(DUMP));

    stage('a.sql.gz', []);

    expect(readdirSync(runs).sort()).toEqual([
      'acme-kitchens-1',
      'acme-kitchens-7',
      'terminal-20260301T022000Z',
    ]);
  });
});
