import {
  BACKUPS,
  DUNE_COMMITS,
  type Flavour,
  type HostExpected,
  type Preparation,
} from '../../acceptance/verdicts/row.ts';
import type { TestSite } from '../fakes/inventory.ts';
import { dumpChanges } from './dump-changes.ts';
import { loginPreparations } from './login-preparations.ts';
import type { ManualChange } from './manual-change.ts';
import type { TestHost } from './test-host.ts';
import { treePreparations } from './tree-preparations.ts';
import { unitPreparations } from './unit-preparations.ts';
import { MADE, versionChanges } from './version-changes.ts';

const SITES = Object.keys(BACKUPS) as TestSite[];
const TAGS = ['v0.3.0', 'v0.4.0', 'v0.4.1', 'v0.5.0', 'v0.5.1', 'v0.5.2', 'v0.6.0-rc1', 'v0.6.0'];
/** The units in the order in which they can be started. */
const UNITS: Readonly<Record<TestSite, readonly string[]>> = {
  'acme-kitchens': ['sum-acme-kitchens-gunicorn.service', 'sum-acme-kitchens-celery.service'],
  'birch-bakery': ['sum-birch-bakery-gunicorn.service'],
  'cedar-clinic': ['sum-cedar-clinic-gunicorn.service', 'sum-cedar-clinic-celery.service'],
  'dune-dental': ['sum-dune-dental-gunicorn.socket', 'sum-dune-dental-gunicorn.service'],
};
const GIT = "git -c safe.directory='*' -c advice.detachedHead=false";

/** What the names in the table mean on this host. */
export interface Names {
  /** `acme-kitchens/fresh` -> the file's name. */
  readonly backups: ReadonlyMap<string, string>;
  /** `acme-kitchens/v0.5.0` and `dune-dental/revert` -> the commit. */
  readonly commits: ReadonlyMap<string, string>;
  /** Commits of the sum-core repository by tag. */
  readonly cores: ReadonlyMap<string, string>;
}

/** Reads the names from a host in its golden state. Resets do not change them. */
export async function namesOn(host: TestHost): Promise<Names> {
  const backups = new Map<string, string>();
  const commits = new Map<string, string>();
  for (const site of SITES) {
    const files = lines(await host.shell(`ls -tr /srv/sum/${site}/backups`));
    if (files.length !== BACKUPS[site].length)
      throw new Error(`${site} has other backups: ${files.join(' ')}`);
    BACKUPS[site].forEach((name, index) => void backups.set(`${site}/${name}`, files[index] ?? ''));
    const wanted = site === 'dune-dental' ? '--reverse main' : `--no-walk=unsorted ${TAGS.join(' ')}`;
    const found = lines(await host.shell(`${GIT} -C /srv/git/${site}.git log --format=%H ${wanted}`));
    const named = site === 'dune-dental' ? DUNE_COMMITS : TAGS;
    named.forEach((name, index) => void commits.set(`${site}/${name}`, found[index] ?? ''));
  }
  const cores = lines(
    await host.shell(
      `${GIT} -C /srv/git/sum-core.git for-each-ref refs/tags --format='%(refname:short) %(*objectname)'`,
    ),
  ).map((line) => line.split(' ') as [string, string]);
  return { backups, commits, cores: new Map(cores) };
}

/** What is in files of the site's code; null: there is no such file. */
export async function filesOn(
  host: TestHost,
  site: TestSite,
  paths: readonly string[],
): Promise<Readonly<Record<string, string | null>>> {
  const found: Record<string, string | null> = {};
  for (const path of paths) {
    const text = await host.shell(`cat '/srv/sum/${site}/app/${path}' 2>/dev/null || echo '(none)'`);
    found[path] = text === '(none)' ? null : text;
  }
  return found;
}

/** `{backup:late}`, `{backup:acme-kitchens/fresh}`, `{commit:v0.5.0}` and `{short:v0.5.0}` become what they are here. */
export function filledIn(text: string, site: TestSite, names: Names): string {
  return text.replaceAll(/\{(backup|commit|short):([^}]+)\}/g, (_, kind: string, name: string) => {
    const key = name.includes('/') ? name : `${site}/${name}`;
    const value = (kind === 'backup' ? names.backups : names.commits).get(key);
    if (value === undefined) throw new Error(`there is nothing with the name ${key}`);
    return kind === 'short' ? value.slice(0, 8) : value;
  });
}

/** The names, and `prepared` for what the last preparation has made. */
export async function withPrepared(host: TestHost, site: TestSite, names: Names): Promise<Names> {
  const made = async (kind: string) => (await host.shell(`cat ${MADE}/${kind} 2>/dev/null || true`)).trim();
  return {
    ...names,
    backups: new Map([...names.backups, [`${site}/prepared`, await made('backup')]]),
    commits: new Map([...names.commits, [`${site}/prepared`, await made('commit')]]),
  };
}

export async function setFlavour(
  host: TestHost,
  site: TestSite,
  flavour: Flavour,
  on: boolean,
): Promise<void> {
  // The socket unit is an option that is on in the golden state.
  const [kind, state] = flavour === 'no-socket' ? ['socket', !on] : [flavour, on];
  await host.control('flavour', site, kind, state ? 'on' : 'off');
}

/** The shell commands of what people did by hand. */
export function manualChange(preparation: Preparation, site: TestSite, names: Names): ManualChange {
  const root = `/srv/sum/${site}`;
  const database = `sum_${site.replaceAll('-', '_')}`;
  const units = UNITS[site].join(' ');
  const celery = `sum-${site}-celery.service`;
  const target = names.commits.get(`${site}/${site === 'dune-dental' ? 'revert' : 'v0.5.0'}`);
  const checkout = asDeploy(`${GIT} -C ${root}/app checkout -q ${target}`);
  const install = asDeploy(`${root}/venv/bin/pip install -q -r ${root}/app/requirements.txt`);
  const collect = asDeploy(
    `set -a; . ${root}/.env; set +a; cd ${root}/app; ${root}/venv/bin/python manage.py collectstatic -v0 --noinput`,
  );
  const restore = (backup: string) =>
    asDeploy(
      `/srv/sum/bin/restore_db.sh --site-slug ${site} --file ${root}/backups/${names.backups.get(`${site}/${backup}`)} --i-know-this-will-overwrite --no-restart`,
    );
  const psql = (statement: string) => `runuser -u postgres -- psql -Xqc '${statement}' ${database}`;
  const foreign = names.backups.get('acme-kitchens/fresh');
  const changes: Readonly<Record<Preparation, ManualChange>> = {
    ...loginPreparations(site),
    ...dumpChanges(root, database, names.backups.get(`${site}/fresh`)),
    ...versionChanges(site, names.backups.get(`${site}/${site === 'acme-kitchens' ? 'fresh' : 'good'}`), {
      target,
      live: names.commits.get(`${site}/live`),
    }),
    ...unitPreparations(site),
    ...treePreparations(site),
    // As before the very first preflight: later ones find what the bot fetched earlier.
    'nothing-fetched': {
      do: asDeploy(
        `cd ${root}/app && ${GIT} for-each-ref --format='delete %(refname)' refs/rollback-bot | ${GIT} update-ref --stdin`,
      ),
    },
    'redis-stopped': { do: 'systemctl stop redis-server', undo: 'systemctl start redis-server' },
    'celery-stopped': { do: `systemctl stop ${celery}`, undo: `systemctl start ${celery}` },
    'web-stopped': { do: `systemctl stop ${units}`, undo: `systemctl start ${units}` },
    'later-backup': {
      do: `${asDeploy(`/srv/sum/bin/backup_db.sh --site-slug ${site}`)} > /run/later-backup`,
      undo: 'rm "$(cat /run/later-backup)"',
    },
    'table-of-another-role': {
      do: psql('CREATE TABLE audit_export (id int); INSERT INTO audit_export VALUES (1)'),
      undo: psql('DROP TABLE audit_export'),
    },
    'schema-of-another-role': {
      do: psql('CREATE SCHEMA reporting'),
      undo: psql('DROP SCHEMA reporting'),
    },
    // As after a reset of the schema by the site's own role.
    'owner-of-public': {
      do: psql(`ALTER SCHEMA public OWNER TO sum_${site.replaceAll('-', '_')}`),
      undo: psql('ALTER SCHEMA public OWNER TO pg_database_owner'),
    },
    'extension-in-own-schema': {
      do: psql(
        `ALTER SCHEMA public OWNER TO sum_${site.replaceAll('-', '_')}; CREATE EXTENSION unaccent SCHEMA public`,
      ),
      undo: psql('DROP EXTENSION unaccent; ALTER SCHEMA public OWNER TO pg_database_owner'),
    },
    'database-of-another-site': {
      do: `install -d -o deploy /srv/sum/twin && install -o deploy -m 600 ${root}/.env /srv/sum/twin/.env`,
      undo: 'rm -r /srv/sum/twin',
    },
    'backup-of-another-site': {
      do: `cp -a /srv/sum/acme-kitchens/backups/${foreign} ${root}/backups/`,
      undo: `rm ${root}/backups/${foreign}`,
    },
    'truncated-backup': {
      do: asDeploy(
        `head -c 1500 ${root}/backups/${names.backups.get(`${site}/good`)} > ${root}/backups/${site}_20200101_000000.sql.gz`,
      ),
      undo: `rm ${root}/backups/${site}_20200101_000000.sql.gz`,
    },
    'checked-out': { do: checkout },
    'checked-out-and-installed': { do: `${checkout} && ${install}` },
    'not-restarted': { do: `${checkout} && ${install} && ${collect}` },
    'finished-by-hand': { do: `${checkout} && ${install} && ${collect} && systemctl restart ${units}` },
    'database-restored': {
      do: `systemctl stop ${units} && echo strict > /srv/sum/etc/restore-style && ${restore('good')} && systemctl start ${units}`,
    },
    // Plain, over the newer schema. It must stop in the middle, with the platform's exit code for an SQL error.
    'restore-failed': {
      do: `systemctl stop ${units} && echo plain > /srv/sum/etc/restore-style && { ${restore('fresh')} 2>/dev/null; [ $? = 3 ]; }`,
    },
  };
  return changes[preparation];
}

function asDeploy(command: string): string {
  return `runuser -u deploy -- env HOME=/home/deploy bash -c '${command.replaceAll("'", `'\\''`)}'`;
}

/** What is true on the host, in the words of the table, read from the host and not from the product. */
export async function truthOn(
  host: TestHost,
  site: TestSite,
  flaps: boolean,
): Promise<Omit<HostExpected, 'form' | 'flaps' | 'files'>> {
  const root = `/srv/sum/${site}`;
  const [version = '', core = '', health = '', active = ''] = lines(
    await host.shell(`
      ${GIT} -C ${root}/app rev-parse HEAD
      cd ${root}/venv/lib/python3*/site-packages && (grep -o '"commit_id": "[0-9a-f]*"' sum_core-*.dist-info/direct_url.json 2>/dev/null || ls -d sum_core-*.dist-info)
      curl -s -m 20 -o /dev/null -w '%{http_code}\\n' https://${site}.test/health/
      systemctl is-active ${UNITS[site].join(' ')} | tr '\\n' ' '`),
  );
  const states = active.trim().split(' ');
  const inactive = UNITS[site].filter((_, index) => states[index] !== 'active');
  return {
    version,
    sumCore: /[0-9a-f]{40}/.exec(core)?.[0] ?? /sum_core-(.*)\.dist-info/.exec(core)?.[1] ?? core,
    leads: await leadsOn(host, site),
    lastMigration: await host.sql(
      databaseOf(site),
      "SELECT name FROM django_migrations WHERE app IN ('website', 'sum_core') ORDER BY name DESC LIMIT 1",
    ),
    ...(flaps ? {} : { health: Number(health) as NonNullable<HostExpected['health']> }),
    ...(flaps || inactive.length === 0 ? {} : { inactive }),
  };
}

/** Fills in the contact form as a visitor would. */
export async function formOn(host: TestHost, site: TestSite): Promise<'works' | 'broken'> {
  const before = await leadsOn(host, site);
  const action = site === 'dune-dental' ? 'forms/submit/' : 'contact/';
  await host.shell(`
    jar=$(mktemp) && cd /tmp
    token=$(curl -s -m 20 -c $jar https://${site}.test/contact/ | grep -o 'csrfmiddlewaretoken" value="[^"]*' | cut -d'"' -f3)
    curl -s -m 20 -o /dev/null -b $jar -e https://${site}.test/contact/ -d csrfmiddlewaretoken=$token -d name=Visitor \
      -d email=visitor@example.test -d message=Hello https://${site}.test/${action} || true
    rm $jar`);
  return (await leadsOn(host, site)) === before + 1 ? 'works' : 'broken';
}

/** The expectation of the table with commits in place of names, to compare with the truth. */
export function expectedTruth(
  expected: HostExpected,
  site: TestSite,
  names: Names,
): Omit<HostExpected, 'flaps'> {
  const { flaps: _, ...facts } = expected;
  return {
    ...facts,
    version: filledIn(`{commit:${expected.version}}`, site, names),
    sumCore: names.cores.get(expected.sumCore) ?? expected.sumCore,
  };
}

async function leadsOn(host: TestHost, site: TestSite): Promise<number> {
  const table = site === 'dune-dental' ? 'sum_core_lead' : 'website_lead';
  return Number(await host.sql(databaseOf(site), `SELECT count(*) FROM ${table}`));
}

function databaseOf(site: TestSite): string {
  return `sum_${site.replaceAll('-', '_')}`;
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
