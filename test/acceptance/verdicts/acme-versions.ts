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
    byHand:
      '`SELECT name, applied FROM django_migrations` has 0003 of half an hour ago; the newest backup is five minutes older',
  },
  {
    site,
    name: 'not the code alone if a migration ran',
    asks: 'v0.5.0 --code-only',
    expected: refused('code-only-unsafe', MIGRATION),
    why: 'platform 0.6: old code on the new schema looks healthy and loses leads',
    byHand: '`\\d website_lead` shows first_name and no name; `git show v0.5.0:website/models.py` reads name',
  },
  {
    site,
    name: 'not the database alone if every backup has another schema',
    asks: '--database-only',
    expected: refused('backup-missing'),
    why: 'runbook: database-only is only safe if no schema changes; all three backups lack 0003',
    byHand:
      '`zgrep -c 0003_split_lead_name backups/*` counts 0 three times; the live models.py reads first_name of 0003',
  },
  {
    site,
    name: 'not the database alone from a named backup with another schema',
    asks: '--database-only --backup {backup:fresh}',
    expected: refused('backup-schema-mismatch', '{backup:fresh}'),
    why: 'runbook: database-only is only safe if no schema changes',
    byHand:
      '`zgrep -c 0003_split_lead_name` counts 0 in it: it lacks first_name, which the live models.py reads',
  },
  {
    site,
    name: 'no backup with an older schema than the target',
    asks: 'v0.5.0 --backup {backup:old}',
    expected: refused('backup-schema-mismatch', '{backup:old}'),
    why: 'test host: the old backup lacks 0002, which v0.5.0 needs',
    byHand: '`zgrep -c 0002_phone_featured` counts 0 in it: it lacks phone, which models.py of v0.5.0 reads',
  },
  {
    site,
    name: 'a release that never ran here',
    asks: 'v0.5.1',
    expected: full('v0.5.1', 'fresh', 'never ran here'),
    why: 'test host: v0.5.1 has the migrations of v0.5.0, and the reflog does not have it',
    byHand: '`git reflog` has no checkout of v0.5.1; `git diff --stat v0.5.0 v0.5.1` shows no migration',
  },
  {
    site,
    name: 'no hotfix that only origin has while origin is down',
    flavours: ['no-origin'],
    prepared: 'nothing-fetched',
    asks: 'v0.5.2',
    expected: refused('version-unknown', 'v0.5.2', 'origin'),
    why: 'the commit is not on the host; that origin was not asked belongs to the answer',
    byHand:
      '`git rev-parse --verify v0.5.2` fails; `git fetch` says that origin "does not appear to be a git repository"',
  },
  {
    site,
    name: 'a hotfix that only origin has',
    asks: 'v0.5.2',
    isUnreviewed: true,
    expected: full('v0.5.2', 'fresh', 'never ran here'),
    why: 'platform 2.8: fetch with tags, then resolve',
    byHand:
      '`git fetch --tags` brings v0.5.2; `git diff --stat v0.5.1 v0.5.2` shows VERSION and a stylesheet',
  },
  {
    site,
    name: 'what the host has while origin is down, and says so',
    flavours: ['no-origin'],
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh', 'origin'),
    why: 'the commit is on the host: the rollback must not wait for a git server',
    byHand:
      '`git fetch` fails, but `git rev-parse v0.5.0` finds the commit, and `git reflog` shows that it ran here',
  },
  {
    site,
    name: 'no tag that is another commit on origin',
    flavours: ['moved-tag'],
    asks: 'v0.5.0',
    expected: refused('version-moved', 'v0.5.0', 'origin'),
    why: 'platform 1.2: tags are never moved; reliability D3: fetch leaves the old one silently',
    byHand:
      '`git fetch --tags` says "would clobber existing tag"; `git ls-remote origin "v0.5.0^{}"` shows the commit of v0.4.0',
  },
  {
    site,
    name: 'a commit by its full hash, whatever its tag is on origin',
    flavours: ['moved-tag'],
    asks: '{commit:v0.5.0}',
    expected: full('v0.5.0', 'fresh'),
    why: 'platform 5: an explicit commit is the surest name of a version',
    byHand: '`git show -s` of that hash says "Release 0.5.0", and `git reflog` shows that it ran here',
  },
  {
    site,
    name: 'a commit by the eight digits that a card shows',
    asks: '{short:v0.5.0}',
    expected: full('v0.5.0', 'fresh'),
    why: 'platform 5: explicit SHA; git takes a unique abbreviation',
    byHand: '`git rev-parse --verify` of the eight digits gives one commit, that of v0.5.0',
  },
  {
    site,
    name: 'no version that cannot be installed',
    asks: 'v0.3.0',
    expected: refused('target-not-installable', 'sum-core'),
    why: 'test host: its wheel is gone; platform 4: a target must be test-installable before the stop',
    byHand:
      '`pip download sum-core==0.3.0` finds no matching distribution: /srv/wheels has 0.4.0, 0.5.0 and 0.6.0',
  },
  {
    site,
    name: 'is live already if everything agrees, broken or not',
    asks: 'v0.6.0',
    expected: refused('already-live', 'v0.6.0'),
    why: 'test host: HEAD, environment, process and migrations are those of v0.6.0',
    byHand: '`git describe`, `pip show sum-core` and the footer of the homepage all say 0.6.0',
  },
  {
    site,
    name: 'no unknown version, but the nearest known ones',
    asks: 'v0.4.9',
    expected: refused('version-unknown', 'v0.4.9', 'v0.4.'),
    why: 'test host: there is no such tag; runbook 1 lists the tags',
    byHand: '`git fetch --tags && git tag -l "v0.4*"` shows v0.4.0 and v0.4.1',
  },
  {
    site,
    name: 'no letter O for a zero',
    asks: 'v0.5.O',
    expected: refused('version-unknown', 'v0.5.O', 'v0.5.0'),
    why: 'test host: there is no such tag',
    byHand: '`git rev-parse --verify v0.5.O` fails; `git tag -l` shows v0.5.0, with a zero',
  },
  {
    site,
    name: 'a pre-release as code alone if it has the migrations of the live version',
    asks: 'v0.6.0-rc1',
    expected: codeOnly('Approve', 'v0.6.0-rc1', 'never ran here'),
    why: 'test host: rc1 has the migrations of v0.6.0, and the reflog does not have it',
    byHand: '`git diff --stat v0.6.0-rc1 v0.6.0` shows VERSION alone; `git reflog` has no checkout of rc1',
  },
  {
    site,
    name: 'two versions back, with the only backup that has that schema',
    asks: 'v0.4.0',
    expected: full('v0.4.0', 'old', 'website.0002_phone_featured'),
    why: 'test host: v0.4.0 knows 0001 alone, and only the oldest backup has just that',
    byHand:
      '`git ls-tree v0.4.0 website/migrations/` has 0001 alone; `zgrep -c 0002_phone_featured` counts 0 in the oldest backup only',
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
    byHand:
      '`git show v0.4.1:acme_kitchens/wsgi.py` raises without KITCHEN_DISPLAY_URL, and .env does not set it',
  },
];
