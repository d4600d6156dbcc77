import { codeOnly, databaseOnly, full, type HostExpected, type Row, refused } from './row.ts';

const site = 'birch-bakery';

/** What a rollback of this site leaves. */
export const BACK: HostExpected = {
  version: 'v0.5.0',
  sumCore: '0.5.0',
  health: 200,
  leads: 15,
  lastMigration: '0002_phone_featured',
  form: 'works',
};

/** Healthy v0.5.1 has been live for two days, without celery. v0.5.0 ran here before. */
export const BIRCH_BAKERY: readonly Row[] = [
  {
    site,
    name: 'code alone without a second person if no migration ran',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'runbook 4: skip the restore if no migrations ran',
    byHand: '`git diff --stat v0.5.0 v0.5.1` shows VERSION, a stylesheet and a template, and no migration',
  },
  {
    site,
    name: 'the named backup, although the code alone would be enough',
    asks: 'v0.5.0 --backup {backup:only}',
    expected: full('v0.5.0', 'only'),
    why: 'who names a backup wants it restored; runbook 4: or if the database state is inconsistent',
    byHand:
      '`zcat` of the backup shows the rows of django_migrations that the database has, and twelve of its fifteen leads',
  },
  {
    site,
    name: 'the database alone if the backup has the live schema',
    asks: '--database-only',
    expected: databaseOnly('only'),
    why: 'runbook, database-only: safe, as v0.5.0 and v0.5.1 have one schema',
    byHand: '`zcat` of the only backup shows the rows of django_migrations that the database has',
  },
  {
    site,
    name: 'the database alone from a named backup',
    asks: '--database-only --backup {backup:only}',
    expected: databaseOnly('only'),
    why: 'runbook, database-only: safe, as v0.5.0 and v0.5.1 have one schema',
    byHand: '`ls backups` shows that file, and `zcat` the rows of django_migrations that the database has',
  },
  {
    site,
    name: 'not the database alone on a changed working tree',
    flavours: ['dirty'],
    asks: '--database-only',
    expected: refused('dirty-tree', 'manage.py'),
    why: 'platform 1.3: the dirty-tree check is missing in the runbook, in each of its modes',
    byHand: '`git status --short` shows manage.py as changed: the code that would stay live is no version',
  },
  {
    site,
    name: 'is live already if everything agrees and is healthy',
    asks: 'v0.5.1',
    expected: refused('already-live', 'v0.5.1'),
    why: 'test host: v0.5.1 is live and healthy',
    byHand: '`git describe --tags` says v0.5.1, and /health/ answers 200 with version 0.5.1',
  },
  {
    site,
    name: 'no upgrade',
    asks: 'v0.6.0',
    expected: refused('target-ahead-of-database', 'website.0003_split_lead_name'),
    why: 'runbook: rollback = a previous version; it never migrates',
    byHand:
      '`git ls-tree v0.6.0 website/migrations/` has 0003_split_lead_name, which django_migrations does not have',
  },
  {
    site,
    name: 'no upgrade to a pre-release either',
    asks: 'v0.6.0-rc1 --code-only',
    expected: refused('target-ahead-of-database', 'website.0003_split_lead_name'),
    why: 'test host: rc1 has migration 0003, which this database does not',
    byHand:
      '`git show v0.6.0-rc1:website/models.py` reads first_name, which `\\d website_lead` does not show',
  },
  {
    site,
    name: 'no older schema without a backup that has it',
    asks: 'v0.4.0',
    expected: refused('backup-missing', '{backup:only}'),
    why: 'test host: the only backup has 0002, which v0.4.0 does not know',
    byHand:
      '`git ls-tree v0.4.0 website/migrations/` has 0001 alone; `zgrep` finds 0002_phone_featured in the only backup',
  },
  {
    site,
    name: 'no backup from after a migration that the target does not know',
    asks: 'v0.4.0 --backup {backup:only}',
    expected: refused('backup-too-new', '{backup:only}'),
    why: 'test host: taken five days after 0002, which v0.4.0 does not know',
    byHand: '`zgrep` finds 0002_phone_featured in it; django_migrations dates 0002 five days before the file',
  },
  {
    site,
    name: 'no older code on a schema that it does not know',
    asks: 'v0.4.0 --code-only',
    expected: refused('code-only-unsafe', 'website.0002_phone_featured'),
    why: 'runbook, code-only: when no migrations ran',
    byHand:
      '`\\d website_lead` shows phone as not null without a default; v0.4.0 does not fill it, so each new lead fails',
  },
  {
    site,
    name: 'nothing by code alone on a changed working tree',
    flavours: ['dirty'],
    asks: 'v0.5.0 --code-only',
    expected: refused('dirty-tree', 'manage.py'),
    why: 'platform 2.8: refuse a dirty tree',
    byHand:
      '`git checkout v0.5.0` takes the change along ("M manage.py"); `git diff` shows a line that no commit has',
  },
  {
    site,
    name: 'nothing by code alone while a deploy holds the lock',
    flavours: ['lock'],
    asks: 'v0.5.0 --code-only',
    expected: refused('lock-held', 'deploy.lock'),
    why: 'platform 2.3: the bot must hold the same lock',
    byHand: '`flock -n deploy.lock true` fails, and `fuser -v deploy.lock` names the process that holds it',
  },
  {
    site,
    name: 'not the database alone while a deploy holds the lock',
    flavours: ['lock'],
    asks: '--database-only',
    expected: refused('lock-held', 'deploy.lock'),
    why: 'platform 2.3: the bot must hold the same lock',
    byHand: '`fuser -v deploy.lock` names the process that holds it: a deploy may be migrating this database',
  },
  {
    site,
    name: 'code alone with an .env that only bash cannot read, and names the line',
    flavours: ['hostile-env'],
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0', 'SMTP_PASSWORD', '.env'),
    why: 'platform 2.5: the site has what systemd reads; collectstatic gets the same',
    byHand:
      '`bash -n .env` says "unexpected EOF"; `systemd-run -P -p EnvironmentFile=… env` prints SMTP_PASSWORD as it stands',
  },
  {
    site,
    name: 'code alone beside a transaction that holds the table of leads',
    flavours: ['holder'],
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'runbook, code-only: the database is not touched',
    byHand:
      '`pg_locks` shows ROW EXCLUSIVE on website_lead: neither a checkout nor a visitor’s form waits for that',
  },
  {
    site,
    name: 'code alone beside tables of another role',
    prepared: 'table-of-another-role',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'runbook, code-only: the database is not touched',
    byHand:
      '`\\dt` shows audit_export with the owner postgres; `git diff --stat v0.5.0 v0.5.1` shows no migration that could touch it',
  },
  {
    site,
    name: 'code alone without origin, and says so',
    flavours: ['no-origin'],
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0', 'origin'),
    why: 'the commit is on the host: the rollback must not wait for a git server',
    byHand:
      '`git fetch` fails, but `git rev-parse v0.5.0` finds the commit, and `git reflog` shows that it ran here',
  },
  {
    site,
    name: 'nothing without any sudo rule',
    sudoers: 'none',
    asks: 'v0.5.0',
    expected: refused('rights-missing', 'stop sum-birch-bakery-gunicorn.service'),
    why: 'runbook 2: stop services with sudo',
    byHand: '`sudo -n systemctl stop sum-birch-bakery-gunicorn.service` answers "a password is required"',
  },
  {
    site,
    name: 'is live already after a finished rollback by hand',
    prepared: 'finished-by-hand',
    asks: 'v0.5.0',
    expected: refused('already-live', 'v0.5.0'),
    why: 'HEAD, environment, process and migrations all agree, and it is well',
    byHand:
      '`git describe` says v0.5.0, and /health/ answers 200 with version 0.5.0, so the process is new, too',
  },
  {
    site,
    name: 'back by code alone with the platform’s own sudo rules',
    sudoers: 'golden',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'platform 2.6: start and stop of gunicorn is what they grant, and there is no celery here',
    byHand:
      '`sudo -n -l` lists start, stop and restart of gunicorn; `systemctl list-units "sum-birch-bakery-*"` shows no other unit',
    played: { end: 'back', after: BACK },
  },
  {
    site,
    name: 'strict restore: back with the database as requested, although stopping takes a minute',
    flavours: ['slow-stop'],
    restore: 'strict',
    asks: 'v0.5.0 --full',
    expected: full('v0.5.0', 'only'),
    why: 'runbook: full is steps 2-7; the backup has twelve leads',
    byHand:
      '`systemctl cat` shows ExecStop=/bin/sleep 60 and TimeoutStopSec=120; `zcat` of the backup shows twelve leads',
    played: { end: 'back', after: { ...BACK, leads: 12 } },
  },
  {
    site,
    name: 'a version that flaps: the previous one is put back',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'platform 2.5: flapping may look like starting; the database is unchanged, so go back',
    byHand:
      '`journalctl -u` shows that gunicorn exits two seconds after each start; with v0.5.1 checked out again it stays up',
    played: { end: 'put-back', meanwhile: 'flap', after: { ...BACK, version: 'v0.5.1' } },
  },
  {
    site,
    name: 'a hotfix that only origin has and never ran here',
    asks: 'v0.5.2',
    isUnreviewed: true,
    expected: codeOnly('Approve', 'v0.5.2', 'never ran here'),
    why: 'test host: v0.5.2 changes a stylesheet only',
    byHand:
      '`git fetch --tags` brings v0.5.2; `git diff --stat v0.5.1 v0.5.2` shows VERSION and a stylesheet',
    played: { end: 'back', after: { ...BACK, version: 'v0.5.2' } },
  },
  {
    site,
    name: 'back after a checkout, pip and collectstatic by hand without a restart',
    prepared: 'not-restarted',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'platform 1.3: a start of a running unit does not load the old code',
    byHand:
      '`git describe` says v0.5.0, but /health/ still says version 0.5.1: the process is the one from before',
    played: { end: 'back', after: BACK },
  },
  {
    site,
    name: 'the live version if its service is stopped',
    prepared: 'web-stopped',
    asks: 'v0.5.1',
    expected: codeOnly('Start', 'v0.5.1'),
    why: 'runbook 7: nothing runs, so it is not there yet',
    byHand: '`systemctl is-active` says inactive, and curl gets 502; `git describe --tags` says v0.5.1',
    played: { end: 'back', after: { ...BACK, version: 'v0.5.1' } },
  },
];
