import { describe, expect, it } from 'vitest';
import { SOUND_FILE } from '../../../src/domain/host/environment-file.ts';
import { withoutAsking } from '../../../src/domain/host/judge-alone.ts';
import { ageText, backupFindings, type ReadBackups } from '../../../src/domain/readiness/backup-findings.ts';
import {
  bad,
  badFindings,
  becameWorse,
  cannotTell,
  type Finding,
  good,
  type ToldFinding,
  toldAfter,
} from '../../../src/domain/readiness/findings.ts';
import { surveyFindings } from '../../../src/domain/readiness/survey-findings.ts';
import { type ReasonCode, refusal } from '../../../src/domain/refusal.ts';
import { backup, survey } from '../../support/story/evidence.ts';
import { site } from '../../support/story/site.ts';

const HOUR = 3_600_000;

const MAKE = '/srv/sum/bin/backup_db.sh --site-slug acme-kitchens';

const trouble = (subject: Finding['subject'], code: ReasonCode): Finding =>
  bad(subject, refusal(code, 'It is so.', 'Do it.'));

const away: Finding = cannotTell('host', refusal('host-unreachable', 'It is away.', 'Try it.'));

describe('what people are told', () => {
  const told: readonly ToldFinding[] = [{ subject: 'backup', code: 'backup-incomplete' }];

  it.each<[string, readonly Finding[], readonly ToldFinding[], readonly string[], readonly string[]]>([
    ['nothing of what is good', [good('host', ''), good('backup', '')], [], [], []],
    ['what is bad, once', [trouble('backup', 'backup-incomplete')], told, [], ['backup-incomplete']],
    [
      'another trouble of the same thing',
      [trouble('backup', 'backup-incomplete'), trouble('backup', 'backup-missing')],
      told,
      ['backup-missing'],
      ['backup-incomplete', 'backup-missing'],
    ],
    ['nothing when it is good again, and then it is forgotten', [good('backup', '')], told, [], []],
    [
      'it again when it comes back',
      [trouble('backup', 'backup-incomplete')],
      [],
      ['backup-incomplete'],
      ['backup-incomplete'],
    ],
    [
      'that the host is away, and what could not be seen is not forgotten',
      [away],
      told,
      ['host-unreachable'],
      ['host-unreachable', 'backup-incomplete'],
    ],
    [
      'that the host is away, and what it lacked before is not forgotten',
      [away],
      [{ subject: 'host', code: 'tools-missing' }],
      ['host-unreachable'],
      ['host-unreachable', 'tools-missing'],
    ],
    [
      'in the order in which one would put it right',
      [trouble('target', 'target-not-installable'), trouble('disk', 'disk-space')],
      [],
      ['disk-space', 'target-not-installable'],
      ['disk-space', 'target-not-installable'],
    ],
  ])('is %s', (_, findings, before, worse, after) => {
    expect(becameWorse(findings, before).map(({ code }) => code)).toEqual(worse);
    expect(toldAfter(findings, before).map(({ code }) => code)).toEqual(after);
    expect(becameWorse(findings, toldAfter(findings, before))).toEqual([]);
  });

  it('is not said twice of a host that comes and goes in the middle of a look', () => {
    const lost = [good('host', ''), away];

    expect(becameWorse(lost, toldAfter(lost, []))).toEqual([]);
    expect(toldAfter([good('host', '')], toldAfter(lost, []))).toEqual([]);
  });
});

describe('the backups', () => {
  const NOW = '2026-03-02T01:40:00Z';
  const read = (more: Partial<ReadBackups> = {}): ReadBackups => ({
    newest: backup({ takenAt: '2026-03-01T22:40:00Z' }),
    unusable: [],
    readAt: NOW,
    ...more,
  });
  const empty = { name: 'acme-kitchens_db_20260302T010000Z.sql.gz', why: 'it is empty', isUnjudged: false };
  const said = (from: ReadBackups) =>
    backupFindings(from, site(), 26 * HOUR).map((one) =>
      one.kind === 'good' ? one.sentence : `${one.code}: ${one.sentence} ${one.next}`,
    );

  it.each<[string, ReadBackups, readonly string[]]>([
    [
      'a young complete one',
      read(),
      ['the newest is acme-kitchens_db_20260301T014000Z.sql.gz, 3 hours old, read to its end and complete'],
    ],
    [
      'the newest is an empty dump',
      read({ unusable: [empty] }),
      [
        `backup-incomplete: The newest backup cannot be used: acme-kitchens_db_20260302T010000Z.sql.gz (it is empty). The newest usable one is acme-kitchens_db_20260301T014000Z.sql.gz, 3 hours old. Find out why the backup failed. On the host, this makes a new one or says what is wrong: ${MAKE}`,
      ],
    ],
    [
      'the newest five are cut off, and the usable one is too old',
      read({
        newest: backup({ takenAt: '2026-02-25T01:40:00Z' }),
        unusable: ['e', 'd', 'c', 'b', 'a'].map((name) => ({ name, why: 'cut', isUnjudged: false })),
      }),
      [
        `backup-incomplete: The 5 newest backups cannot be used: e (cut), d (cut), c (cut), 2 more. The newest usable one is acme-kitchens_db_20260301T014000Z.sql.gz, 5 days old. Find out why the backup failed. On the host, this makes a new one or says what is wrong: ${MAKE}`,
        `backup-old: The newest usable backup is acme-kitchens_db_20260301T014000Z.sql.gz, 5 days old; at most 26 hours are allowed. A restore would lose everything since then. Check what should make one every day. To make one now, on the host: ${MAKE}`,
      ],
    ],
    [
      'the newest is one that the bot cannot judge',
      read({ unusable: [{ ...empty, why: 'permission denied', isUnjudged: true }, empty] }),
      [
        "backup-unjudged: The bot can't judge acme-kitchens_db_20260302T010000Z.sql.gz (permission denied). The newest that it can judge is acme-kitchens_db_20260301T014000Z.sql.gz, 3 hours old. A rollback would stop there and ask which one to take. Remove that cause, or put a copy that the bot can read into backups/. Otherwise someone has to name the backup with --backup.",
      ],
    ],
    [
      'none but one that the bot cannot judge',
      read({ newest: null, unusable: [{ ...empty, isUnjudged: true }] }),
      [
        "backup-unjudged: The bot can't judge acme-kitchens_db_20260302T010000Z.sql.gz (it is empty). There is none that it can judge. A rollback would stop there and ask which one to take. Remove that cause, or put a copy that the bot can read into backups/. Otherwise someone has to name the backup with --backup.",
      ],
    ],
    [
      'one of exactly the allowed age',
      read({ newest: backup({ takenAt: '2026-02-28T23:40:00Z' }) }),
      ['the newest is acme-kitchens_db_20260301T014000Z.sql.gz, 26 hours old, read to its end and complete'],
    ],
    [
      'none at all',
      read({ newest: null }),
      [
        `backup-missing: There is no backup of the database in /srv/sum/acme-kitchens/backups. Check what should make one every day. To make one now, on the host: ${MAKE}`,
      ],
    ],
    [
      'only broken ones',
      read({ newest: null, unusable: [empty] }),
      [
        `backup-missing: No backup in /srv/sum/acme-kitchens/backups can be used: acme-kitchens_db_20260302T010000Z.sql.gz (it is empty). Check what should make one every day. To make one now, on the host: ${MAKE}`,
      ],
    ],
  ])('%s', (_, from, expected) => {
    expect(said(from)).toEqual(expected);
  });
});

it.each([
  [-5_000, '0 minutes'],
  [59_000, '0 minutes'],
  [60_000, '1 minute'],
  [119 * 60_000, '119 minutes'],
  [2 * HOUR, '2 hours'],
  [47.9 * HOUR, '47 hours'],
  [48 * HOUR, '2 days'],
  [9.9 * 24 * HOUR, '9 days'],
])('an age of %d ms is %s', (ms, words) => {
  expect(ageText(ms)).toBe(words);
});

describe('the first look at the host', () => {
  const codes = (more: Parameters<typeof survey>[0]) =>
    badFindings(surveyFindings(survey(more), site())).map((one) => `${one.subject} ${one.code}`);

  it('finds each thing good by its own', () => {
    expect(surveyFindings(survey(), site()).map(({ subject, kind }) => `${subject} ${kind}`)).toEqual([
      'host good',
      'rights good',
      'lock good',
      'code good',
      'disk good',
    ]);
  });

  it('finds everything, where the preflight ends at the first', () => {
    expect(
      codes({
        missingTools: ['psql'],
        missingRights: ['systemctl stop x'],
        endsProgramsAtLogout: true,
        units: [],
        environmentFile: { ...SOUND_FILE, unreadable: 'line 3 is not UTF-8' },
        lockFree: false,
        indexLocked: true,
        foreignOwned: 'app/x (root)',
        dirtyFiles: ['app/x'],
        freeBytes: 1,
      }),
    ).toEqual([
      'host tools-missing',
      'host host-unsupported',
      'host host-unsupported',
      'host environment-unreadable',
      'rights rights-missing',
      'lock lock-held',
      'code lock-held',
      'code wrong-owner',
      'code dirty-tree',
      'disk disk-space',
    ]);
  });

  it('looks no further where the site is somebody else’s', () => {
    expect(codes({ owner: 'www-data', freeBytes: 0, missingTools: ['psql'] })).toEqual([
      'rights host-wrong-user',
    ]);
  });
});

it.each([
  ['Install what is missing and ask again.', 'Install what is missing.'],
  [
    'Nothing was changed. Check that the host answers (ssh x), then ask again.',
    'Nothing was changed. Check that the host answers (ssh x).',
  ],
  ['Give it the right and ask again, as the owner: GRANT x;', 'Give it the right, as the owner: GRANT x;'],
  ['Start Redis first. Ask again only if the site is still unhealthy.', 'Start Redis first.'],
  ['Give it back: sudo chown x. Then ask again.', 'Give it back: sudo chown x.'],
  ['Ask again.', ''],
  ['Wait until they are done, or find out who it is.', 'Wait until they are done, or find out who it is.'],
])('nobody has asked: %s', (next, said) => {
  expect(withoutAsking(next)).toBe(said);
});
