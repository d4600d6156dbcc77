import { codeOnly, full, type HostExpected, type Row, refused } from './row.ts';

const site = 'dune-dental';
const MIGRATION = 'sum_core.0003_forms';

const BACK: HostExpected = {
  version: 'revert',
  sumCore: 'v0.5.3',
  health: 200,
  leads: 33,
  lastMigration: '0002_lead_phone',
  form: 'works',
};

/** The real platform’s shape: no tags, a version is a pin of sum-core. Broken v0.6.0 has been live for three hours. */
export const DUNE_DENTAL: readonly Row[] = [
  {
    site,
    name: 'an older backup if it is named',
    asks: 'v0.5.3 --backup {backup:old}',
    expected: full('revert', 'old'),
    why: 'runbook, emergency: consider restoring from an older backup',
    byHand:
      '`zcat … | tail` shows "dump complete"; `zgrep` finds 0002_lead_phone and no 0003_forms in it, as v0.5.3 has it',
  },
  {
    site,
    name: 'an older commit of the same pin, by its hash',
    asks: '{commit:first}',
    expected: full('first', 'good', MIGRATION),
    why: 'platform 5: an explicit SHA; it ran here and knows 0001-0002',
    byHand:
      '`git reflog | tail -1` is that commit ("clone: from …"), and `git show` of its requirements.txt pins v0.5.3',
  },
  {
    site,
    name: 'a commit that never ran here, by its hash, as code alone',
    asks: '{commit:early}',
    expected: codeOnly('Approve', 'early', 'never ran here'),
    why: 'test host: it pins the live sum-core, so no migration is unknown to it',
    byHand:
      '`git show` of its requirements.txt pins v0.6.0, as the live one does; `git reflog` does not have the commit',
  },
  {
    site,
    name: 'no version that no commit pins',
    asks: 'v0.6.1',
    expected: refused('version-unknown', 'v0.6.1'),
    why: 'test host: sum-core has that tag, but the site never had that pin',
    byHand:
      '`git log -S "@v0.6.1" -- requirements.txt` finds no commit; `git ls-remote /srv/git/sum-core.git` has the tag',
  },
  {
    site,
    name: 'is live already by its pin, broken or not',
    asks: 'v0.6.0',
    expected: refused('already-live', 'v0.6.0'),
    why: 'test host: the live commit pins it, and environment, process and migrations agree',
    byHand:
      'requirements.txt and direct_url.json in the venv both say v0.6.0, and django_migrations has 0003_forms',
  },
  {
    site,
    name: 'not the code alone if a migration of the package ran',
    asks: 'v0.5.3 --code-only',
    expected: refused('code-only-unsafe', MIGRATION),
    why: 'test host: old code on the new schema has the form at 500',
    byHand:
      '`\\d sum_core_lead` shows form_type as not null without a default; v0.5.3 does not fill it, so each new lead fails',
  },
  {
    site,
    name: 'not the database alone if every backup has another schema',
    asks: '--database-only',
    expected: refused('backup-missing'),
    why: 'runbook: database-only is only safe if no schema changes; both backups lack 0003',
    byHand:
      '`zgrep -c 0003_forms backups/*.sql.gz` counts 0 in each, and the live sum-core reads form_type of 0003',
  },
  {
    site,
    name: 'no empty backup',
    asks: 'v0.5.3 --backup {backup:empty}',
    expected: refused('backup-incomplete', '{backup:empty}'),
    why: 'platform 0.4: an empty dump restores fine',
    byHand: '`zcat` of it prints nothing, although `gunzip -t` has nothing to say against it',
  },
  {
    site,
    name: 'no media archive in place of a backup',
    asks: 'v0.5.3 --backup {backup:media}',
    expected: refused('backup-incomplete', '{backup:media}'),
    why: 'platform 1.4: media archives lie in the same directory',
    byHand: '`tar -tzf` lists media/logo.txt: it is no dump',
  },
  {
    site,
    name: 'nothing if Redis is down, which no rollback repairs',
    prepared: 'redis-stopped',
    asks: 'v0.5.3',
    expected: refused('cause-elsewhere', 'cache'),
    why: 'platform 3: without Redis no version answers 200; classify before rolling back',
    byHand:
      '`redis-cli ping` says "Connection refused"; in /health/ the check `cache` fails, which no version changes',
  },
  {
    site,
    name: 'nothing with the platform’s own sudo rules, which lack the socket',
    sudoers: 'golden',
    asks: 'v0.5.3',
    expected: refused('rights-missing', 'stop sum-dune-dental-gunicorn.socket'),
    why: 'platform 2.5: the socket has to be stopped too; 2.6: it is not covered',
    byHand:
      '`systemctl is-active sum-dune-dental-gunicorn.socket` says active, and `sudo -n -l` lists .service units alone',
  },
  {
    site,
    name: 'its plan with the platform’s own sudo rules if the socket is not used',
    flavours: ['no-socket'],
    sudoers: 'golden',
    asks: 'v0.5.3',
    expected: full('revert', 'good'),
    why: 'platform 2.6: start and stop of gunicorn is all that is needed then',
    byHand: '`systemctl is-active sum-dune-dental-gunicorn.socket` says inactive; `sudo -n -l` has the rest',
  },
  {
    site,
    name: 'its plan without origin, and says so',
    flavours: ['no-origin'],
    asks: 'v0.5.3',
    expected: full('revert', 'good', 'origin'),
    why: 'the commit is in the reflog: the rollback must not wait for a git server',
    byHand:
      '`git fetch` fails, but HEAD@{1} is on the host, and `git show` of its requirements.txt pins v0.5.3',
  },
  {
    site,
    name: 'code and database after a checkout by hand, and nothing else',
    prepared: 'checked-out',
    asks: 'v0.5.3',
    expected: full('revert', 'good', MIGRATION),
    why: 'runbook 3 is done, 4-7 are not: HEAD alone is no proof',
    byHand:
      '`git log -1` shows the revert, but `pip show sum-core` says 0.6.0, and django_migrations has 0003_forms',
  },
  {
    site,
    name: 'back to the commit that ran here with the pin of that version; the socket is active again',
    asks: 'v0.5.3',
    expected: full('revert', 'good', MIGRATION),
    why: 'test host: HEAD@{1} is the right target; platform 5: a version is a pin of sum-core',
    byHand:
      '`git show HEAD@{1}:requirements.txt` pins v0.5.3; the newest backup with rows is seven minutes older than 0003_forms',
    played: { end: 'back', after: BACK },
  },
  {
    site,
    name: 'strict restore: back without a socket, which stays off',
    flavours: ['no-socket'],
    restore: 'strict',
    asks: 'v0.5.3',
    expected: full('revert', 'good'),
    why: 'test host: pg_trgm stops a dump replayed by the site’s role, strict or not',
    byHand:
      '`zgrep EXTENSION` shows pg_trgm, which postgres owns: without its DROP and COMMENT psql replays it on an empty schema',
    played: { end: 'back', after: { ...BACK, inactive: ['sum-dune-dental-gunicorn.socket'] } },
  },
  {
    site,
    name: 'a version that flaps: people decide, because the database has been replaced by then',
    asks: 'v0.5.3',
    expected: full('revert', 'good'),
    why: 'runbook, emergency: escalate if the site remains down',
    byHand:
      '`journalctl -u` shows that gunicorn exits two seconds after each start; `\\d sum_core_lead` has no form_type any more',
    played: {
      end: 'needs-decision',
      meanwhile: 'flap',
      after: {
        version: 'revert',
        sumCore: 'v0.5.3',
        leads: 33,
        lastMigration: '0002_lead_phone',
        flaps: true,
      },
    },
  },
];
