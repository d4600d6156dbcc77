import { codeOnly, databaseOnly, full, type HostExpected, type Row, refused } from './row.ts';

const site = 'cedar-clinic';
const MIGRATION = 'website.0003_split_lead_name';

const BACK: HostExpected = {
  version: 'v0.5.0',
  sumCore: '0.5.0',
  health: 200,
  leads: 20,
  lastMigration: '0002_phone_featured',
  form: 'works',
};

/** Broken v0.6.0 has been live for three days, with celery. The newest backup is the wrong one, and one is truncated. */
export const CEDAR_CLINIC: readonly Row[] = [
  {
    site,
    name: 'the good backup by its name',
    asks: 'v0.5.0 --backup {backup:good}',
    expected: full('v0.5.0', 'good'),
    why: 'test host: the good one has the other name style',
    byHand:
      '`zcat … | tail` shows "dump complete", and `zgrep -c 0003_split_lead_name` counts 0: it is whole and from before',
  },
  {
    site,
    name: 'no backup from after the bad migration',
    asks: 'v0.5.0 --backup {backup:late}',
    expected: refused('backup-too-new', '{backup:late}'),
    why: 'test host: taken two days after migration 0003',
    byHand: '`zgrep` finds 0003_split_lead_name in it, and `ls -l` dates it two days after that migration',
  },
  {
    site,
    name: 'no truncated backup from after the bad migration either',
    asks: 'v0.5.0 --backup {backup:cut}',
    expected: refused('backup-too-new', '{backup:cut}'),
    why: 'test host: taken a day after migration 0003, and truncated besides; its time can be seen first',
    byHand:
      '`ls -l` dates it a day after 0003 in django_migrations, and `gunzip -t` says "unexpected end of file"',
  },
  {
    site,
    name: 'no truncated backup from before the upgrade',
    prepared: 'truncated-backup',
    asks: 'v0.5.0 --backup cedar-clinic_20200101_000000.sql.gz',
    expected: refused('backup-incomplete', 'cedar-clinic_20200101_000000.sql.gz'),
    why: 'platform 0.4: decompressed text must have the completion line',
    byHand: '`gunzip -t` says "unexpected end of file", and `zgrep -c "dump complete"` counts 0',
  },
  {
    site,
    name: 'no backup of another site',
    prepared: 'backup-of-another-site',
    asks: 'v0.5.0 --backup {backup:acme-kitchens/fresh}',
    expected: refused('backup-other-site', '{backup:acme-kitchens/fresh}'),
    why: 'platform 2.2: restore_db.sh accepts any path, so the bot has to check whose it is',
    byHand: '`cmp` shows that it is the file of the same name in /srv/sum/acme-kitchens/backups',
  },
  {
    site,
    name: 'the good backup without being asked, with one of another site beside it',
    prepared: 'backup-of-another-site',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'good'),
    why: 'platform 2.2: the newest of the right schema is another site’s',
    byHand:
      '`ls -t backups` has a file of acme-kitchens on top; of the others only one is whole and lacks 0003_split_lead_name',
  },
  {
    site,
    name: 'no backup that does not exist',
    asks: 'v0.5.0 --backup cedar-clinic_20190101_000000.sql.gz',
    expected: refused('backup-missing', 'cedar-clinic_20190101_000000.sql.gz'),
    why: 'runbook 4: a file of the backups directory',
    byHand: '`ls backups` shows no file of that name',
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
    name: 'the database alone from the backup with the live schema',
    asks: '--database-only',
    expected: databaseOnly('late'),
    why: 'runbook, database-only: the code stays v0.6.0, and only the newest backup has its schema',
    byHand:
      '`zgrep -c 0003_split_lead_name backups/*` counts 1 in the newest alone; the live models.py reads first_name of 0003',
  },
  {
    site,
    name: 'not the database alone from the backup with the older schema',
    asks: '--database-only --backup {backup:good}',
    expected: refused('backup-schema-mismatch', '{backup:good}'),
    why: 'runbook: database-only is only safe if no schema changes',
    byHand:
      '`zgrep -c 0003_split_lead_name` counts 0 in it: it lacks first_name, which the live models.py reads',
  },
  {
    site,
    name: 'no version that cannot be installed',
    asks: 'v0.3.0 --full',
    expected: refused('target-not-installable', 'sum-core'),
    why: 'test host: its wheel is gone; runbook 5: stop if the installation fails',
    byHand: '`git show v0.3.0:requirements.txt` pins sum-core==0.3.0, and `pip download` finds no such wheel',
  },
  {
    site,
    name: 'a pre-release as code alone, never without a second person',
    asks: 'v0.6.0-rc1',
    expected: codeOnly('Approve', 'v0.6.0-rc1', 'never ran here'),
    why: 'test host: rc1 has the migrations of v0.6.0',
    byHand: '`git diff --stat v0.6.0-rc1 v0.6.0` shows VERSION alone; `git reflog` has no checkout of rc1',
  },
  {
    site,
    name: 'nothing with the platform’s own sudo rules, which lack celery',
    sudoers: 'golden',
    asks: 'v0.5.0',
    expected: refused('rights-missing', 'stop sum-cedar-clinic-celery.service'),
    why: 'platform 2.6: celery is not covered, and runbook 2 stops it',
    byHand: '`sudo -n systemctl stop sum-cedar-clinic-celery.service` answers "a password is required"',
  },
  {
    site,
    name: 'its plan although the database is locked and stopping takes a minute',
    flavours: ['holder', 'slow-stop'],
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'good'),
    why: 'both are met in the switch: neither is a reason not to plan',
    byHand:
      '`pg_stat_activity` shows nightly-export, `systemctl cat` an ExecStop of a minute: one can be ended, the other waited for',
  },
  {
    site,
    name: 'back from the backup before the upgrade, not from the newest or the truncated one; celery runs again',
    prepared: 'celery-stopped',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'good', MIGRATION),
    why: 'runbook 4: most recent before the upgrade; 7: start celery if it is used',
    byHand:
      '`systemctl is-enabled` says that celery is used; one backup is whole (`gunzip -t`) and lacks 0003_split_lead_name (`zgrep`)',
    played: { end: 'back', after: BACK },
  },
  {
    site,
    name: 'back by code alone after the database was restored by hand',
    prepared: 'database-restored',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'runbook 4 is done, 3 and 5-7 are not: nothing in the database is unknown to v0.5.0',
    byHand:
      '`\\d website_lead` has name again, and django_migrations has no 0003; `git describe` still says v0.6.0',
    played: { end: 'back', after: BACK },
  },
];
