import { describe, expect, it } from 'vitest';
import type { ListedBackup } from '../../../src/domain/database/backup.ts';
import {
  backupProblem,
  backupWarnings,
  passedOver,
  readProblem,
  shortlistBackups,
  unjudgedRefusal,
} from '../../../src/domain/database/choose-backup.ts';
import { backup, disk, named } from '../../support/story/evidence.ts';

const BEFORE = '2026-03-01T02:00:00Z';

function listed(name: string, takenAt: string, more: Partial<ListedBackup> = {}): ListedBackup {
  return { name, takenAt, bytes: 1, slug: 'acme-kitchens', kind: 'database', ...more };
}

const older = listed('acme-kitchens_db_20260201T000000Z.sql.gz', '2026-02-01T00:00:00Z');

const newer = listed('acme-kitchens_20260301_014000.sql.gz', '2026-03-01T01:40:00Z');

const tooNew = listed('acme-kitchens_db_20260301T021000Z.sql.gz', '2026-03-01T02:10:00Z');

const unnamed = listed('before-upgrade.sql.gz', '2026-03-01T01:50:00Z', { slug: null });

const media = listed('media_20260301_015500.tar.gz', '2026-03-01T01:55:00Z', { slug: null, kind: 'other' });

const foreign = listed('birch-bakery_db_20260301T015800Z.sql.gz', '2026-03-01T01:58:00Z', {
  slug: 'birch-bakery',
});

const ALL = [older, media, tooNew, newer, foreign, unnamed];

function shortlist(named: string | null = null, before: string | null = BEFORE, files = ALL) {
  return shortlistBackups(files, { slug: 'acme-kitchens', before, named });
}

describe('which backups come into question', () => {
  it('are those of this site from before the first unwanted migration, newest first, those whose name names no site last', () => {
    expect(shortlist()).toEqual({
      candidates: [newer, older, unnamed],
      others: [
        { name: tooNew.name, why: `it was taken after the first unwanted migration ran (${BEFORE})` },
        { name: foreign.name, why: 'it belongs to the site birch-bakery' },
        { name: media.name, why: 'it is not a database backup' },
      ],
      refusal: null,
    });
  });

  it('are of any time when no migration is unwanted', () => {
    expect(shortlist(null, null).candidates).toEqual([tooNew, newer, older, unnamed]);
  });

  it('passes over a newer one whose name names no site, and says how to have it', () => {
    expect(passedOver([newer, older, unnamed], newer)).toEqual([
      {
        name: 'before-upgrade.sql.gz',
        why: "it is newer, but its name does not say which site it is of; if it is this site's, add --backup before-upgrade.sql.gz",
      },
    ]);
    expect(passedOver([newer, { ...unnamed, name: 'by hand.sql.gz' }], newer)).toEqual([
      {
        name: 'by hand.sql.gz',
        why: 'it is newer, but its name does not say which site it is of; if it is this site\'s, add --backup "by hand.sql.gz"',
      },
    ]);
    expect(passedOver([tooNew, unnamed], tooNew)).toEqual([]);
    expect(passedOver([unnamed], unnamed)).toEqual([]);
  });

  it('do not include one that was taken in the very second of the migration', () => {
    const same = listed('acme-kitchens_db_20260301T020000Z.sql.gz', BEFORE);

    expect(shortlist(null, BEFORE, [same]).candidates).toEqual([]);
  });

  it('include every one that may be from before, whatever its time seems to be', () => {
    const read = { problem: null, sha256: null, restoredBytes: 0, migrations: [], rows: {} };
    const seems = (earliest: string | null) => ({
      ...tooNew,
      earliest,
      timeNote: 'its name is in local time',
    });

    expect(shortlist(null, BEFORE, [seems(null)]).candidates).toHaveLength(1);
    expect(shortlist(null, BEFORE, [seems('2026-03-01T01:59:59.000Z')]).candidates).toHaveLength(1);
    expect(shortlist(null, BEFORE, [seems('2026-03-01T02:00:00.000Z')]).candidates).toEqual([]);
    expect(shortlist(tooNew.name, BEFORE, [seems(null)]).refusal).toBeNull();
    expect(backupWarnings({ ...read, ...seems(null) }, '15.8')).toEqual([
      `The time of the backup ${tooNew.name}: its name is in local time.`,
    ]);
    expect(backupWarnings({ ...read, ...tooNew }, '15.8')).toEqual([]);
  });

  it('refuses with the list of what there is when none fits', () => {
    expect(shortlist(null, BEFORE, [media, tooNew]).refusal).toEqual({
      code: 'backup-missing',
      sentence: 'No backup on the host fits this rollback.',
      next: `Backups on the host:\n- ${tooNew.name}: it was taken after the first unwanted migration ran (${BEFORE})\n- ${media.name}: it is not a database backup`,
    });
  });

  it('refuses when there is no backup at all', () => {
    expect(shortlist(null, BEFORE, []).refusal?.next).toBe(
      'The folder backups/ holds no database backup of this site.',
    );
  });
});

describe('a file that is called anything', () => {
  it.each(['a\nWhat will be lost  nothing.sql.gz', 'acme-kitchens_db\u200b.sql.gz', 'a\u202egz.lqs.sql.gz'])(
    'is no candidate if nobody can see what it is called: %j',
    (name) => {
      const { candidates, others } = shortlist(null, null, [backup({ name })]);

      expect([candidates, others]).toEqual([
        [],
        [{ name, why: 'its name has characters that nobody can see' }],
      ]);
      expect(shortlist(null, null, [backup({ name })]).refusal?.next.split('\n')).toHaveLength(2);
    },
  );

  it('is named in a command only if a command can name it', () => {
    const named = (name: string) =>
      passedOver([backup({ name, slug: null, takenAt: '2026-03-02T00:00:00Z' })], backup())[0]?.why;

    expect(named('my dump.sql.gz')).toMatch(/, add --backup "my dump\.sql\.gz"$/);
    expect(named('x.sql.gz" --dry-run "y')).toMatch(
      /, add --backup FILE \(its name can't be typed: rename the file first\)$/,
    );
  });
});

describe('a backup that the requester names', () => {
  it('is the only candidate, even when a newer one fits', () => {
    const result = shortlist(older.name);

    expect(result.candidates).toEqual([older]);
    expect(result.refusal).toBeNull();
  });

  it.each([
    [tooNew, 'backup-too-new', `it was taken after the first unwanted migration ran (${BEFORE})`],
    [foreign, 'backup-other-site', 'it belongs to the site birch-bakery'],
    [media, 'backup-incomplete', 'it is not a database backup'],
  ])('is refused with the reason when it cannot be used: $name', ({ name }, code, why) => {
    expect(shortlist(name)).toMatchObject({
      candidates: [],
      refusal: {
        code,
        sentence: `The backup ${name} can't be used: ${why}.`,
        next: 'Leave out --backup, and the bot proposes the newest one that fits.',
      },
    });
  });

  it('is refused with what there is when the host does not have it', () => {
    expect(shortlist('no-such.sql.gz', BEFORE, [media, foreign, older, newer])).toMatchObject({
      candidates: [],
      refusal: {
        code: 'backup-missing',
        sentence: 'There is no backup no-such.sql.gz on the host.',
        next: `Available: ${newer.name}, ${older.name}.`,
      },
    });
  });

  it('is refused plainly when the host has no backup of this site', () => {
    expect(shortlist('no-such.sql.gz', BEFORE, [media, foreign]).refusal?.next).toBe(
      'The folder backups/ holds no database backup of this site.',
    );
  });
});

describe('a backup that was read', () => {
  const code = [disk('web.0001'), disk('web.0002')];
  const holding = (...labels: string[]) => backup({ migrations: labels.map(named) });

  it('fits when it holds exactly the migrations of the code', () => {
    expect(backupProblem(holding('web.0001', 'web.0002'), code)).toBeNull();
    expect(backupWarnings({ ...holding(), takenFrom: 15 }, '15.8')).toEqual([]);
    expect(backupWarnings({ ...holding(), takenFrom: 17 }, '15.8')).toEqual([
      `The backup ${holding().name} was taken from PostgreSQL 17, and this server is PostgreSQL 15. If it holds what this server does not know, the restore fails and the bot puts the site back.`,
    ]);
    expect(backupWarnings(holding(), '15.8')).toEqual([]);
    expect(backupWarnings({ ...holding(), name: 'a.sql.gz', slug: null }, '15.8')).toEqual([
      "The name of the backup a.sql.gz does not say which site it is of. Its migrations fit, but check that it really is this site's.",
    ]);
  });

  it('may hold a squash of the live code that stands for what the target knows one by one', () => {
    const squashed = holding('web.0001', 'web.0002', 'web.0001_squashed');

    expect(backupProblem(squashed, code, [disk('web.0001_squashed', 'web.0001', 'web.0002')])).toBeNull();
    expect(backupProblem(squashed, code, [disk('web.0001_squashed', 'web.0001', 'web.0003')])?.code).toBe(
      'backup-schema-mismatch',
    );
    expect(backupProblem(squashed, code, { error: 'ImportError' })?.code).toBe('backup-schema-mismatch');
  });

  it('does not fit when it is incomplete, whatever it holds', () => {
    const cut = backup({ problem: 'it ends before the dump is complete' });

    expect(backupProblem(cut, code)).toEqual({
      code: 'backup-incomplete',
      sentence: 'it ends before the dump is complete',
    });
  });

  it.each([
    [{}, 'backup-incomplete'],
    [{ unjudged: false }, 'backup-incomplete'],
    [{ unjudged: true }, 'backup-unjudged'],
  ])('is damaged, or one that the bot cannot judge: %j', (more, code) => {
    expect(readProblem(backup({ problem: 'it is odd', ...more }))).toEqual({ code, sentence: 'it is odd' });
    expect(readProblem(backup(more))).toBeNull();
  });

  it('does not fit when it holds a migration that the code does not know', () => {
    expect(backupProblem(holding('web.0001', 'web.0002', 'web.0003'), code)).toEqual({
      code: 'backup-schema-mismatch',
      sentence: 'it holds web.0003, which the code does not know',
    });
  });

  it('does not fit when it lacks a migration that the code needs', () => {
    expect(backupProblem(holding('web.0001'), code)).toEqual({
      code: 'backup-schema-mismatch',
      sentence: 'it lacks web.0002, which the code needs',
    });
  });

  it('fits when it holds what a squash of the code replaces', () => {
    const squashed = [disk('web.0001_squashed', 'web.0001', 'web.0002')];

    expect(backupProblem(holding('web.0001', 'web.0002'), squashed)).toBeNull();
  });

  it('names three migrations and counts the rest', () => {
    const held = holding('web.0001', 'web.0002', 'web.0003', 'web.0004', 'web.0005', 'web.0006');

    expect(backupProblem(held, code)?.sentence).toBe(
      'it holds web.0003, web.0004, web.0005 and 1 more, which the code does not know',
    );
  });
});

describe('a backup that the bot cannot judge', () => {
  const read = (name: string, problem: string | null) =>
    backup({ name, problem, takenAt: `2026-03-0${name.at(0)}T01:40:00Z` });
  const rejected = (name: string, problem: string) => {
    const file = { ...read(name, problem), unjudged: problem !== 'it is empty' };
    return { file, problem: readProblem(file) ?? { code: 'backup-schema-mismatch' as const, sentence: '' } };
  };
  const command = (option: string) => `/rollback acme-kitchens v0.5.0 ${option}`;
  const refusedWith = (read: Parameters<typeof unjudgedRefusal>[0]) => unjudgedRefusal(read, command);
  const odd = rejected('5.sql.gz', 'permission denied');

  it('is no reason to take an older one: people choose, with what each choice costs', () => {
    expect(refusedWith({ fit: read('3.sql.gz', null), rejected: [odd], unread: [] })).toEqual({
      code: 'backup-unjudged',
      sentence:
        "The bot can't judge the backup 5.sql.gz, taken 2026-03-05 01:40 UTC: permission denied. It may be the right one, so the bot doesn't take an older one on its own.",
      next: [
        'The newest one that fits is 3.sql.gz, taken 2026-03-03 01:40 UTC. Everything written since then would be lost. To restore it, type: /rollback acme-kitchens v0.5.0 --backup 3.sql.gz',
        'To have 5.sql.gz instead, remove that cause or put a copy that the bot can read into backups/, then ask again.',
      ].join('\n'),
    });
  });

  it('stands beside those that are damaged, and those that the bot did not read any more', () => {
    const all = [odd, rejected('4.sql.gz', 'it is empty'), rejected('3.sql.gz', 'too large')];

    expect(refusedWith({ fit: null, rejected: all, unread: [read('2.sql.gz', null)] })?.next).toBe(
      [
        'The bot read no older ones. The next is 2.sql.gz, taken 2026-03-02 01:40 UTC. Everything written since then would be lost. To have the bot read it, type: /rollback acme-kitchens v0.5.0 --backup 2.sql.gz',
        'To have 5.sql.gz instead, remove that cause or put a copy that the bot can read into backups/, then ask again.',
        "The bot can't judge 3.sql.gz either: too large.",
        'The backup 4.sql.gz is no choice: it is empty.',
      ].join('\n'),
    );
    expect(refusedWith({ fit: null, rejected: all, unread: [] })?.next).toMatch(/^No older backup fits\.\n/);
  });

  it('is said with ten of the others, and how many more there are', () => {
    const all = [odd, ...Array.from({ length: 13 }, () => rejected('4.sql.gz', 'it is empty'))];
    const lines = refusedWith({ fit: null, rejected: all, unread: [] })?.next.split('\n') ?? [];

    expect(lines.slice(2, -1)).toEqual(Array(10).fill('The backup 4.sql.gz is no choice: it is empty.'));
    expect(lines.at(-1)).toBe('Nor are 3 others.');
  });

  it('is nothing to ask about when the newer ones are only damaged', () => {
    const damaged = [rejected('5.sql.gz', 'it is empty')];

    expect(refusedWith({ fit: read('3.sql.gz', null), rejected: damaged, unread: [] })).toBeNull();
  });
});
