import { BACK, MIGRATION } from './acme-versions.ts';
import { full, type HostExpected, type Row, refused } from './row.ts';

const site = 'acme-kitchens';
/** Exactly the sudo rules that are missing. */
const SUDOERS =
  'deploy ALL=(root) NOPASSWD: /usr/bin/systemctl stop sum-acme-kitchens-celery.service, /usr/bin/systemctl start sum-acme-kitchens-celery.service';

/** The golden state of the test host: the broken v0.6.0, with one lead that no backup has. */
const BEFORE: HostExpected = {
  version: 'v0.6.0',
  sumCore: '0.6.0',
  health: 503,
  leads: 71,
  lastMigration: '0003_split_lead_name',
  form: 'broken',
};

/** The same site: its host is not as it should be, or changes between approval and switch. */
export const ACME_HOST: readonly Row[] = [
  {
    site,
    name: 'nothing on a changed working tree',
    flavours: ['dirty'],
    asks: 'v0.5.0',
    expected: refused('dirty-tree', 'manage.py'),
    why: 'platform 2.8: refuse a dirty tree',
    byHand:
      '`git status --short` in app shows manage.py as changed, and `git diff` a line that no commit has',
  },
  {
    site,
    name: 'nothing while a deploy holds the lock',
    flavours: ['lock'],
    asks: 'v0.5.0',
    expected: refused('lock-held', 'deploy.lock'),
    why: 'platform 2.3: the bot must hold the same lock',
    byHand: '`flock -n deploy.lock true` fails, and `fuser -v deploy.lock` names the process that holds it',
  },
  {
    site,
    name: 'nothing with an .env that bash cannot read',
    flavours: ['hostile-env'],
    asks: 'v0.5.0',
    expected: refused('environment-unreadable', '.env', 'single quotes'),
    why: 'platform 2.7: restore_db.sh would die of it, after the stop',
    byHand:
      '`bash -n .env` ends with "unexpected EOF": line 13 has an unquoted `$(`, and restore_db.sh reads the file in bash',
  },
  {
    site,
    name: 'nothing on a full disk',
    flavours: ['disk'],
    asks: 'v0.5.0',
    expected: refused('disk-space', 'free'),
    why: 'platform 1.4: 2 GB free for backups; the host has 40 MB',
    byHand: '`df -h /srv/sum/acme-kitchens` shows 40 MB free',
  },
  {
    site,
    name: 'nothing with the platform’s own sudo rules, which lack celery',
    sudoers: 'golden',
    asks: 'v0.5.0',
    expected: refused('rights-missing', SUDOERS),
    why: 'platform 2.6: celery is not covered, and runbook 2 stops it',
    byHand:
      '`sudo -n -l` lists the gunicorn units alone; `systemctl list-units "sum-acme-kitchens-*"` shows celery as well',
  },
  {
    site,
    name: 'nothing without any sudo rule',
    sudoers: 'none',
    asks: 'v0.5.0',
    expected: refused('rights-missing', 'stop sum-acme-kitchens-gunicorn.service'),
    why: 'runbook 2: stop services with sudo',
    byHand: '`sudo -n -l` answers "a password is required", and deploy has no password',
  },
  {
    site,
    name: 'the backup from before the upgrade, although someone made one after it',
    prepared: 'later-backup',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh'),
    why: 'runbook 4: most recent BEFORE the upgrade; platform 2.8: older than the first migration',
    byHand: '`zgrep -c 0003_split_lead_name` counts 1 in the newest backup and 0 in the one before it',
  },
  {
    site,
    name: 'nothing that overwrites a database in which another role has tables',
    prepared: 'table-of-another-role',
    asks: 'v0.5.0',
    expected: refused('database-shared', 'audit_export'),
    why: 'platform 5: a restore of a shared database would hit others: check',
    byHand:
      '`\\dt` shows audit_export with the owner postgres; backup_db.sh ends with "permission denied for table audit_export"',
  },
  {
    site,
    name: 'nothing that overwrites a database in which another role has a schema',
    prepared: 'schema-of-another-role',
    asks: 'v0.5.0',
    expected: refused('database-shared', 'reporting (postgres)'),
    why: 'a later way back stops at what its role may not drop: known before the stop, not after it',
    byHand:
      '`\\dn` shows reporting with the owner postgres; a replay of today’s dump stops: must be owner of schema reporting',
  },
  {
    site,
    name: 'nothing that would drop an extension of another role for good',
    prepared: 'extension-in-own-schema',
    asks: 'v0.5.0',
    expected: refused('database-shared', 'extension unaccent (postgres)'),
    why: 'a role that drops its schema drops the extension with it, and no backup brings it back',
    byHand:
      'The site’s role owns public (`\\dn`), postgres owns unaccent (pg_extension), and `zgrep` finds unaccent in no backup',
  },
  {
    site,
    name: 'nothing that overwrites a database that another site uses too',
    prepared: 'database-of-another-site',
    asks: 'v0.5.0',
    expected: refused('database-shared', '/srv/sum/twin'),
    why: 'platform 5: a shared database is allowed by policy, and a restore would hit the other site: check',
    byHand:
      '`grep DJANGO_DB_NAME /srv/sum/*/.env` shows sum_acme_kitchens twice: for acme-kitchens and for twin',
  },
  {
    site,
    name: 'back if the site’s own role owns the schema public',
    prepared: 'owner-of-public',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh'),
    why: 'a role that drops what it owns drops public as well, and no dump makes it again',
    byHand:
      '`\\dn` shows that the site’s role owns public: after DROP OWNED, `CREATE SCHEMA public` comes before the replay',
    played: { end: 'back', after: BACK },
  },
  {
    site,
    name: 'its plan although Redis is stopped, because this site does not use it',
    prepared: 'redis-stopped',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh'),
    why: 'test host: only the health of dune-dental needs Redis',
    byHand: '`grep -i redis .env` finds nothing, and of the checks of /health/ it is `leads` that fails',
  },
  {
    site,
    name: 'code and database after a checkout by hand, and nothing else',
    prepared: 'checked-out',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh', MIGRATION),
    why: 'runbook 3 is done, 4-7 are not: HEAD alone is no proof',
    byHand:
      '`git describe` says v0.5.0, but `pip show sum-core` 0.6.0, and django_migrations has 0003_split_lead_name',
  },
  {
    site,
    name: 'code and database after a checkout and pip by hand',
    prepared: 'checked-out-and-installed',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh', MIGRATION),
    why: 'runbook 3 and 5 are done, 4 is not: the database still has 0003',
    byHand:
      '`git describe` and `pip show sum-core` say 0.5.0, but django_migrations still has 0003_split_lead_name',
  },
  {
    site,
    name: 'nothing if a deploy takes the lock between approval and switch',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh'),
    why: 'platform 2.3: one deploy at a time',
    byHand: '`flock -n deploy.lock true`, typed again right before the stop, fails; v0.6.0 still runs',
    played: { end: 'untouched', meanwhile: 'lock', after: BEFORE },
  },
  {
    site,
    name: 'nothing if someone edits a file between approval and switch',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh'),
    why: 'platform 2.8: refuse a dirty tree; an approval is for one exact plan',
    byHand:
      '`git status --short`, typed again right before the stop, shows manage.py as changed; v0.6.0 still runs',
    played: { end: 'untouched', meanwhile: 'dirty', after: BEFORE },
  },
  {
    site,
    name: 'strict restore: back although a transaction holds the table of leads',
    flavours: ['holder'],
    restore: 'strict',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh'),
    why: 'platform 2.2: open transactions make a restore wait for locks',
    byHand:
      '`pg_stat_activity` shows nightly-export idle in a transaction of the site’s role: `pg_terminate_backend` ends it',
    played: { end: 'back', after: BACK },
  },
  {
    site,
    name: 'back after a restore by hand that stopped half way',
    prepared: 'restore-failed',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh', MIGRATION),
    why: 'platform 0.1: exit 3 leaves the site stopped and foreign keys dropped; the rows still have 0003',
    byHand:
      '`systemctl is-active` says inactive, `\\d auth_permission` shows no foreign key, and django_migrations still has 0003',
    played: { end: 'back', after: BACK },
  },
];
