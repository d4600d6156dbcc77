import { codeOnly, full, type HostExpected, type Row, refused } from './row.ts';

const site = 'acme-kitchens';
export const MIGRATION = 'website.0003_split_lead_name';

/** The site after the rollback to v0.5.0. */
export const BACK: HostExpected = {
  version: 'v0.5.0',
  sumCore: '0.5.0',
  health: 200,
  leads: 70,
  lastMigration: '0002_phone_featured',
  form: 'works',
};

/**
 * Acme Kitchens: broken v0.6.0 has been live for half an hour, with celery. v0.5.0 and v0.4.0 ran here before. These rows ask for
 * all kinds of versions and backups.
 */
export const ACME_VERSIONS: readonly Row[] = [
  {
    site,
    name: 'code and database if a migration ran',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh', MIGRATION),
    why: 'runbook 4: migrations ran, so restore the most recent backup before the upgrade',
  },
  {
    site,
    name: 'not the code alone if a migration ran',
    asks: 'v0.5.0 --code-only',
    expected: refused('code-only-unsafe', MIGRATION),
    why: 'platform 0.6: old code on the new schema looks healthy and loses leads',
  },
  {
    site,
    name: 'not the database alone if every backup has another schema',
    asks: '--database-only',
    expected: refused('backup-missing'),
    why: 'runbook: database-only is only safe if no schema changes; all three backups lack 0003',
  },
  {
    site,
    name: 'not the database alone from a named backup with another schema',
    asks: '--database-only --backup {backup:fresh}',
    expected: refused('backup-schema-mismatch', '{backup:fresh}'),
    why: 'runbook: database-only is only safe if no schema changes',
  },
  {
    site,
    name: 'no backup with an older schema than the target',
    asks: 'v0.5.0 --backup {backup:old}',
    expected: refused('backup-schema-mismatch', '{backup:old}'),
    why: 'test host: the old backup lacks 0002, which v0.5.0 needs',
  },
  {
    site,
    name: 'a release that never ran here',
    asks: 'v0.5.1',
    expected: full('v0.5.1', 'fresh', 'never ran here'),
    why: 'test host: v0.5.1 has the migrations of v0.5.0, and the reflog does not have it',
  },
  {
    site,
    name: 'no hotfix that only origin has while origin is down',
    flavours: ['no-origin'],
    prepared: 'nothing-fetched',
    asks: 'v0.5.2',
    expected: refused('version-unknown', 'v0.5.2', 'origin'),
    why: 'the commit is not on the host; that origin was not asked belongs to the answer',
  },
  {
    site,
    name: 'a hotfix that only origin has',
    asks: 'v0.5.2',
    expected: full('v0.5.2', 'fresh', 'never ran here'),
    why: 'platform 2.8: fetch with tags, then resolve',
  },
  {
    site,
    name: 'what the host has while origin is down, and says so',
    flavours: ['no-origin'],
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh', 'origin'),
    why: 'the commit is on the host: the rollback must not wait for a git server',
  },
  {
    site,
    name: 'no tag that is another commit on origin',
    flavours: ['moved-tag'],
    asks: 'v0.5.0',
    expected: refused('version-moved', 'v0.5.0', 'origin'),
    why: 'platform 1.2: tags are never moved; reliability D3: fetch leaves the old one silently',
  },
  {
    site,
    name: 'a commit by its full hash, whatever its tag is on origin',
    flavours: ['moved-tag'],
    asks: '{commit:v0.5.0}',
    expected: full('v0.5.0', 'fresh'),
    why: 'platform 5: an explicit commit is the surest name of a version',
  },
  {
    site,
    name: 'a commit by the eight digits that a card shows',
    asks: '{short:v0.5.0}',
    expected: full('v0.5.0', 'fresh'),
    why: 'platform 5: explicit SHA; git takes a unique abbreviation',
  },
  {
    site,
    name: 'no version that cannot be installed',
    asks: 'v0.3.0',
    expected: refused('target-not-installable', 'sum-core'),
    why: 'test host: its wheel is gone; platform 4: a target must be test-installable before the stop',
  },
  {
    site,
    name: 'is live already if everything agrees, broken or not',
    asks: 'v0.6.0',
    expected: refused('already-live', 'v0.6.0'),
    why: 'test host: HEAD, environment, process and migrations are those of v0.6.0',
  },
  {
    site,
    name: 'no unknown version, but the nearest known ones',
    asks: 'v0.4.9',
    expected: refused('version-unknown', 'v0.4.9', 'v0.4.'),
    why: 'test host: there is no such tag; runbook 1 lists the tags',
  },
  {
    site,
    name: 'no letter O for a zero',
    asks: 'v0.5.O',
    expected: refused('version-unknown', 'v0.5.O', 'v0.5.0'),
    why: 'test host: there is no such tag',
  },
  {
    site,
    name: 'a pre-release as code alone if it has the migrations of the live version',
    asks: 'v0.6.0-rc1',
    expected: codeOnly('Approve', 'v0.6.0-rc1', 'never ran here'),
    why: 'test host: rc1 has the migrations of v0.6.0, and the reflog does not have it',
  },
  {
    site,
    name: 'two versions back, with the only backup that has that schema',
    asks: 'v0.4.0',
    expected: full('v0.4.0', 'old', 'website.0002_phone_featured'),
    why: 'test host: v0.4.0 knows 0001 alone, and only the oldest backup has just that',
    played: {
      end: 'back',
      after: { ...BACK, version: 'v0.4.0', sumCore: '0.4.0', leads: 40, lastMigration: '0001_initial' },
    },
  },
  {
    site,
    name: 'a version that can be installed and does not start',
    asks: 'v0.4.1',
    expected: refused('target-does-not-start', "gunicorn can't load it"),
    why: 'test host: its wsgi.py raises; platform.md 4: a target has to be tried before services are stopped',
  },
];
