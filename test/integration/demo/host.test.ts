import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { missingRequirements } from '../../../sandbox/demo/requirements.ts';
import { type DemoHost, type DemoSite, startDemoHost } from '../../../sandbox/host/demo-host.ts';
import { onPath } from '../../../sandbox/host/install-programs.ts';
import { processesNaming } from '../../../sandbox/host/processes.ts';
import { run } from '../../../sandbox/host/shell.ts';
import { quote } from '../../../src/domain/text/shell.ts';
import * as probes from '../../../src/remote/probes.ts';

let directory: string;
let host: DemoHost;
let acme: DemoSite;
let birch: DemoSite;

describe.skipIf(missingRequirements() !== null)('the demo host', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'rollback-host-'));
    host = await startDemoHost(directory);
    const [first, second] = host.sites;
    if (first === undefined || second === undefined) throw new Error('no sites');
    [acme, birch] = [first, second];
  });

  afterAll(async () => {
    await host?.stop();
    const left = processesNaming(directory);
    rmSync(directory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`still running: ${left.join(', ')}`);
  });

  /** Runs a command as a person on the host would type it. Returns its output and exit code. */
  const shell = async (command: string, site: DemoSite = birch) =>
    run(['bash', '-c', `${WITH_ENV}\n( ${command}\n) 2>&1; echo "exit $?"`, site.root], {
      cwd: site.root,
      environment: host.environment,
    });
  const WITH_ENV = 'set -a; . "$0/.env"; set +a; export PGPASSWORD=$DJANGO_DB_PASSWORD ROOT=$0';
  const PSQL = 'psql -XAtq -v ON_ERROR_STOP=1 -h "$DJANGO_DB_HOST" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME"';
  const sql = (statement: string, site?: DemoSite) => shell(`${PSQL} -c "${statement}"`, site);

  describe('the database', () => {
    it('prints tuples as psql does', async () => {
      expect(await sql("SELECT true, NULL, 'a b', 1.50::numeric, current_user; SELECT 2")).toBe(
        't||a b|1.50|sum_birch_bakery\n2\nexit 0',
      );
    });

    it('ends with 1 if a command fails, and keeps nothing of it', async () => {
      expect(await sql('CREATE TABLE gone (id int); SELECT nothing')).toMatch(
        /^ERROR: {2}column "nothing" does not exist\nexit 1$/,
      );
      expect(await sql("SELECT to_regclass('public.gone') IS NULL")).toBe('t\nexit 0');
    });

    it('stops a script at its first error with 3, names the line, and rolls back the open transaction', async () => {
      const script = `BEGIN;\nDROP OWNED BY CURRENT_USER CASCADE;\nCREATE TABLE a (id int);\nSELECT oops;\nCOMMIT;`;

      expect(await shell(`${PSQL} <<'SQL'\n${script}\nSQL`)).toMatch(
        /^psql:<stdin>:4: ERROR: .*oops.*\nexit 3$/,
      );
      expect(await sql('SELECT count(*) FROM website_lead')).toBe('6\nexit 0');
    });

    it('refuses a wrong password', async () => {
      expect(await shell(`PGPASSWORD=guessed ${PSQL} -c 'SELECT 1'`)).toMatch(
        /password authentication failed[\s\S]*exit 2$/,
      );
    });
  });

  describe("the platform's scripts", () => {
    const newest = (site: DemoSite) => readdirSync(join(site.root, 'backups')).toSorted().at(-1) ?? '';
    const restore = (file: string) =>
      shell(
        `${host.places.scripts}/restore_db.sh --site-slug acme-kitchens --file ${file} --i-know-this-will-overwrite --no-restart`,
        acme,
      );

    it('write backups that psql can replay', async () => {
      const said = await shell(`${host.places.scripts}/backup_db.sh --site-slug birch-bakery`);
      const file = said.split('\n').find((line) => line.startsWith('/')) ?? '';
      const text = gunzipSync(readFileSync(file)).toString();
      rmSync(file);

      expect(text).toContain('-- PostgreSQL database dump complete');
      expect(text).toMatch(
        /COPY public\.website_lead \(id, name, email, message, created_at, phone\) FROM stdin;\n1\tNadia Khan/,
      );
    });

    it('stop half way if the schema is newer than the backup, as the real ones do', async () => {
      const said = await restore(join(acme.root, 'backups', newest(acme)));

      expect(said).toMatch(/cannot drop constraint website_lead_pkey[\s\S]*exit 3$/);
    });

    it('restore the same backup if the tables are dropped first, in one transaction', async () => {
      const file = join(directory, 'whole.sql.gz');
      const parts = [
        gzipSync('BEGIN;\nDROP OWNED BY CURRENT_USER CASCADE;\n'),
        readFileSync(join(acme.root, 'backups', newest(acme))),
        gzipSync('COMMIT;\n'),
      ];
      writeFileSync(file, Buffer.concat(parts));

      expect(await restore(file)).toMatch(/Restore complete\nexit 0$/);
      expect(await sql('SELECT count(*), max(name) FROM website_lead', acme)).toMatch(
        /^18\|\w+ \w+\nexit 0$/,
      );
      // New rows continue the numbers of the backup.
      expect(
        await sql(
          "INSERT INTO website_lead (name, email, message, created_at) VALUES ('a', 'b', 'c', now()) RETURNING id",
          acme,
        ),
      ).toBe('19\nexit 0');
    });

    it('refuse to overwrite without being told', async () => {
      expect(await shell(`${host.places.scripts}/restore_db.sh --site-slug birch-bakery --file x`)).toMatch(
        /Refusing to run without --i-know-this-will-overwrite\nexit 1$/,
      );
    });
  });

  describe('systemd', () => {
    const UNIT = 'sum-birch-bakery-gunicorn.service';

    it('really stops and starts the site', async () => {
      const before = await shell(`systemctl show ${UNIT} --value -p MainPID`);

      expect(await shell(`sudo -n systemctl stop ${UNIT}; systemctl is-active ${UNIT}`)).toBe(
        'inactive\nexit 3',
      );
      expect((await fetch(`${birch.url}/`)).status).toBe(502);
      expect(existsSync(join(host.places.run, 'sum-birch-bakery'))).toBe(false);

      expect(await shell(`sudo -n systemctl start ${UNIT}; systemctl is-active ${UNIT}`)).toBe(
        'active\nexit 0',
      );
      await expect.poll(async () => (await fetch(`${birch.url}/health/`)).status).toBe(200);
      expect(await shell(`systemctl show ${UNIT} --value -p MainPID`)).not.toBe(before);
      expect(await shell(`journalctl -u ${UNIT} -n 50 --no-pager -o cat`)).toContain('Starting gunicorn');
    });

    it('allows the units of sites and nothing else', async () => {
      expect(await shell(`sudo -n -l systemctl stop ${UNIT}`)).toMatch(/exit 0$/);
      expect(await shell('sudo -n -l systemctl stop ssh.service')).toBe('exit 1');
      expect(await shell('sudo -n whoami')).toBe('sudo: a password is required\nexit 1');
    });
  });

  describe('its own Python', () => {
    const onMachine = onPath('python3');
    const CHANGING = ['clock', 'freeBytes', 'readAt'];

    /** The answer of a probe, without what differs between two moments. */
    async function ask(command: string, python: string): Promise<unknown> {
      const said = await run(['sh', '-c', command.replace("'python3'", quote(python))], {
        cwd: directory,
        environment: host.environment,
      });
      return JSON.parse(said, (key, value) => (CHANGING.includes(key) ? null : value));
    }

    it('answers every probe as the Python of this machine does', async (context) => {
      if (onMachine === null) return context.skip('there is no python3 on this machine');
      const { root } = birch;
      const commit = birch.releases['v0.5.0'] ?? '';
      const backup = readdirSync(join(root, 'backups')).toSorted()[0] ?? '';
      const sha256 = createHash('sha256')
        .update(readFileSync(join(root, 'backups', backup)))
        .digest('hex');
      const unit = 'sum-birch-bakery-gunicorn.service';
      const asked = [
        probes.discoverCommand({ root: host.places.sum }),
        probes.originCommand({ root }),
        probes.surveyCommand({
          root,
          slug: 'birch-bakery',
          scripts: [`${host.places.scripts}/restore_db.sh`],
        }),
        probes.servicesCommand({ root, slug: 'birch-bakery', domain: 'birch-bakery.test' }),
        probes.resolveVersionCommand({ root, version: 'v0.5.0', fetch: true }),
        probes.databaseCommand({ root }),
        probes.backupsCommand({ root }),
        probes.readBackupCommand({ root, path: `${root}/backups/${backup}`, maxBytes: 1_000_000 }),
        probes.migrationsCommand({ root, tree: `${root}/app`, venv: `${root}/venv`, settings: null }),
        probes.runningCommand({
          root,
          units: [unit],
          packages: ['sum-core'],
          environment: null,
          windowSeconds: 0,
        }),
        probes.countRowsCommand({ root, seconds: 10 }),
        probes.journalCommand({ root, units: [unit], since: 0 }),
        probes.lostRecordsCommand({ root, active: null }),
        probes.retentionCommand({ root, run: 'birch-bakery-1', keep: null }),
        probes.retentionCommand({
          root,
          run: 'birch-bakery-1',
          keep: { safetyBackups: 3, environments: 3 },
        }),
        probes.logTailCommand(root, { run: 'birch-bakery-1', number: 1 }, 100),
        probes.startCheckCommand({
          root,
          tree: `${root}/app`,
          venv: `${root}/venv`,
          settings: null,
          application: { program: ['bin/gunicorn'], name: 'birch_bakery.wsgi:application' },
          unit,
        }),
      ];
      const stage = probes.stageRestoreCommand({
        root,
        run: 'birch-bakery-1',
        path: `${root}/backups/${backup}`,
        sha256,
        leftAlone: [['extension', 'pg_trgm']],
        server: { me: 'sum_birch_bakery', missing_roles: [], publications: [], tablespaces: [] },
      });
      // Two versions of zlib may pack the same bytes differently.
      const staged = async (python: string) => {
        const { path } = z.object({ path: z.string() }).parse(await ask(stage, python));
        return gunzipSync(readFileSync(path)).toString();
      };
      const prepare = probes.prepareEnvironmentCommand({ root, commit, executables: ['bin/gunicorn'] });
      const own = join(host.places.bin, 'python3');

      expect(await ask(prepare, own)).toMatchObject({ reused: false });
      for (const command of [...asked, prepare])
        expect(await ask(command, own)).toEqual(await ask(command, onMachine));
      expect(await staged(own)).toBe(await staged(onMachine));
    });
  });

  describe("a site's Python", () => {
    it('installs packages that exist, and names missing ones in pip’s words', async () => {
      const file = join(directory, 'requirements.txt');
      writeFileSync(file, 'sum-core==0.3.0\n');

      expect(await shell(`venv/bin/python -m pip install -r ${file}`)).toBe(
        'ERROR: Could not find a version that satisfies the requirement sum-core==0.3.0 (from versions: 0.4.0, 0.5.0, 0.6.0)\nERROR: No matching distribution found for sum-core==0.3.0\nexit 1',
      );
    });

    it('does not load without the site’s .env', async () => {
      expect(
        await shell('cd app && unset DJANGO_DB_NAME && ../venv/bin/python manage.py collectstatic'),
      ).toMatch(/KeyError: 'DJANGO_DB_NAME'\nexit 1$/);
    });

    it('does not start code after its package was replaced', async () => {
      const file = join(directory, 'newer.txt');
      writeFileSync(file, 'sum-core==0.6.0\n');
      const start =
        'cd app && timeout 5 ../venv/bin/gunicorn --bind unix:$ROOT/other.sock x.wsgi:application';

      expect(await shell(`venv/bin/python -m pip install -q -r ${file} && ${start}`)).toMatch(
        /ImportError: cannot import name 'run_checks' from 'sum_core.health'[\s\S]*exit 3$/,
      );
      expect(await shell('venv/bin/python -m pip install -q -r app/requirements.txt')).toMatch(/exit 0$/);
    });
  });
});
