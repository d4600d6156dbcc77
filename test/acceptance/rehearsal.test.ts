import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostSession } from '../../src/app/ports/host.ts';
import type { BackupFile } from '../../src/domain/database/backup.ts';
import type { PreparedEnvironment } from '../../src/domain/host/environment.ts';
import type { RestoredAside, StartedAside } from '../../src/domain/rehearsal/rehearsal.ts';
import type { Site } from '../../src/domain/site/site.ts';
import { clearedCommit } from '../../src/domain/version/review.ts';
import { sshHosts } from '../../src/ssh/host.ts';
import type { TestSite } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import type { Product } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { site as storySite } from '../support/story/site.ts';

const LIMITS = { withinSeconds: 120, keepFreeBytes: 1_000_000 };

describe.skipIf(!canMakeHosts())('a rehearsal on a real host', () => {
  let host: TestHost;
  let product: Product;

  beforeAll(async () => {
    host = await bootTestHost('rollback-rehearse');
    ({ product } = await productFor(host));
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  const siteOf = (slug: TestSite): Site =>
    storySite({
      slug,
      domain: `${slug}.test`,
      root: `/srv/sum/${slug}`,
      host: { address: host.address, port: 22, user: 'deploy', fingerprint: host.fingerprint },
    });

  async function withSession<T>(slug: TestSite, work: (session: HostSession) => Promise<T>): Promise<T> {
    const credentials = { privateKey: readFileSync(host.privateKeyFile, 'utf8'), knownHosts: '' };
    const session = await sshHosts(async () => credentials).connect(siteOf(slug));
    try {
      return await work(session);
    } finally {
      session.close();
    }
  }

  /** A version beside the live one, and the backup that fits it. */
  async function ready(session: HostSession, slug: TestSite, version: string) {
    const commit = await host.shell(
      `git -c safe.directory='*' -C /srv/sum/${slug}/app rev-parse '${version}^{commit}'`,
    );
    const cleared = clearedCommit(commit, { ran: [commit], review: null, approved: null });
    if (cleared === null) throw new Error(`${version} is not cleared`);
    const prepared = await session.prepareEnvironment(cleared, []);
    if ('problem' in prepared) throw new Error(prepared.problem);
    const database = await session.database();
    if ('problem' in database) throw new Error(database.problem);
    return { prepared, database };
  }

  async function backupNamed(session: HostSession, pattern: RegExp): Promise<BackupFile> {
    const listed = (await session.listBackups()).find(({ name }) => pattern.test(name));
    if (listed === undefined) throw new Error(`no backup is called ${pattern}`);
    return session.readBackup(listed);
  }

  const grant = (slug: TestSite, right: 'CREATEDB' | 'NOCREATEDB') =>
    host.sql('postgres', `ALTER ROLE sum_${slug.replace('-', '_')} ${right}`);

  const databases = () =>
    host.sql('postgres', 'SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1');

  /** What runs on the host for a rehearsal. The probe itself has its program in its command line. */
  const processes = () => host.shell("pgrep -f '[r]ollback-bot/rehearsal/|^[p]ython3 -I' | wc -l");

  const gunicornIsAside = async () => {
    await expect.poll(() => host.shell("pgrep -f '[r]ehearsal/site.sock' | wc -l")).not.toBe('0');
  };

  /** All rows, all keys, and all files of all sites but the bot's own, the hearts of the workers, and the logs of PostgreSQL. */
  const everything = () =>
    host.shell(`
      for one in acme_kitchens birch_bakery cedar_clinic dune_dental; do
        runuser -u postgres -- pg_dump -T website_workerheartbeat sum_$one | grep -v restrict | sha256sum; done
      redis-cli --scan | sort | grep -v -e health_check_probe -e celery -e kombu -e unacked | while read key; do echo "$key"; redis-cli dump "$key" | sha256sum; done
      cd /srv/sum && find . -path '*/.rollback-bot' -prune -o -path './*/app/.git' -prune -o '(' -type f -o -type l ')' -printf '%P %m %u %s %T@ %l\\n' | sort | sha256sum
      ls -A /tmp /var/tmp /dev/shm | sort`);

  it('says which line makes it possible, and tries nothing without it', async () => {
    const before = await databases();

    const { stdout } = await product.command('readiness', 'dune-dental');

    expect(stdout).toContain(
      "dune-dental@staging: rehearsal: it was not rehearsed, because its role may not create a database. To make it possible, on the database server: sudo -u postgres psql -c 'ALTER ROLE sum_dune_dental CREATEDB'",
    );
    expect(await databases()).toBe(before);
  });

  it('runs the version on the backup, and leaves everything as it is, also of the neighbours', async () => {
    await grant('dune-dental', 'CREATEDB');
    await host.shell('redis-cli -n 0 set kept-by-a-neighbour "some value"; redis-cli -n 3 rpush queue a b c');
    const [before, stood] = [await everything(), await databases()];

    const { stdout } = await product.command('readiness', 'dune-dental');

    expect(stdout).toMatch(
      /dune-dental@staging: rehearsal: \S+ \([0-9a-f]{8}\) ran aside on dune-dental_db_\d{8}T\d{6}Z\.sql\.gz: health page 200, homepage 200, login page 200; restoring it took \d+\.\d s, starting it \d+\.\d s/,
    );
    expect(await everything()).toBe(before);
    expect(await databases()).toBe(stood);
    expect(await host.shell('ls /srv/sum/dune-dental/.rollback-bot')).not.toContain('rehearsal');
    expect(await processes()).toBe('0');
  });

  describe('with the right to make a database', () => {
    let prepared: PreparedEnvironment;
    let backup: BackupFile;
    let leftAlone: readonly (readonly [string, string])[];

    beforeAll(async () => {
      await grant('acme-kitchens', 'CREATEDB');
      await withSession('acme-kitchens', async (session) => {
        const found = await ready(session, 'acme-kitchens', 'v0.5.0');
        prepared = found.prepared;
        leftAlone = found.database.leftAlone ?? [];
        const [newest] = (await session.listBackups()).toSorted((a, b) => b.takenAt.localeCompare(a.takenAt));
        if (newest === undefined) throw new Error('the host has no backup');
        backup = await session.readBackup(newest);
      });
    });

    const restore = (of = backup, limits = LIMITS) =>
      withSession('acme-kitchens', async (session) => {
        const answer = await session.restoreAside(of, leftAlone, limits);
        if ('problem' in answer) throw new Error(answer.problem);
        return answer;
      });
    const start = (limits = LIMITS) =>
      withSession('acme-kitchens', async (session) => {
        const answer = await session.startAside(prepared, limits);
        if ('problem' in answer) throw new Error(answer.problem);
        return answer;
      });
    const leave = () => withSession('acme-kitchens', (session) => session.leaveRehearsal(LIMITS));

    /** Puts code at the end of the target's wsgi.py, and takes it out again. */
    async function withCode<T>(code: string, work: () => Promise<T>): Promise<T> {
      const file = `${prepared.tree}/acme_kitchens/wsgi.py`;
      await host.run('cp', '-p', file, '/root/wsgi.py');
      await host.run('sh', '-c', 'printf "%s" "$0" >>"$1"', code, file);
      try {
        return await work();
      } finally {
        await host.run('cp', '-p', '/root/wsgi.py', file);
      }
    }

    it('seals the target off: no other database, no network, no Redis of the host, no file but its own', async () => {
      const before = await everything();
      await restore();
      const ATTEMPTS = `
import json, os, re, socket, psycopg2
def tried(work):
    try:
        work()
        return "done"
    except Exception as problem:
        found = re.search("reaches only|refused|Read-only", str(problem))
        return found.group() if found else type(problem).__name__
def connect(address):
    return lambda: socket.create_connection(address, 3)
def write(path):
    return lambda: open(path, "a").write("x")
login = dict(host=os.environ["DJANGO_DB_HOST"], port=5432, user=os.environ["DJANGO_DB_USER"], password=os.environ["DJANGO_DB_PASSWORD"])
raise RuntimeError(json.dumps([
    tried(lambda: psycopg2.connect(dbname="sum_acme_kitchens", **login)),
    tried(lambda: psycopg2.connect(dbname="sum_birch_bakery", **login)),
    tried(lambda: psycopg2.connect(dbname=os.environ["DJANGO_DB_NAME"], **login)),
    tried(connect(("127.0.0.1", 5432))), tried(connect(("127.0.0.1", 22))),
    tried(write("/srv/sum/acme-kitchens/media/x")), tried(write("/srv/sum/acme-kitchens/.env")), tried(write("/srv/sum/acme-kitchens/static/x")),
    tried(write("/srv/sum/birch-bakery/media/x")), tried(write(os.environ["DJANGO_STATIC_ROOT"] + "/x")), tried(write("/tmp/left-behind")),
    tried(lambda: os.kill(1, 0) or None), os.getuid() > 0,
]))
`;

      const { parts } = await withCode(ATTEMPTS, () => start());

      const said = parts.at(-1)?.failed ?? '';
      expect(said).toMatch(/^RuntimeError: /);
      expect(JSON.parse(said.replace('RuntimeError: ', ''))).toEqual([
        'reaches only',
        'reaches only',
        'done',
        'refused',
        'refused',
        'Read-only',
        'Read-only',
        'Read-only',
        'Read-only',
        'done',
        'done',
        'done',
        true,
      ]);
      await leave();
      expect(await everything()).toBe(before);
    });

    it('says why a version does not start, in its own last words', async () => {
      await restore();

      const started = await withCode('\nimport a_module_that_is_not_there\n', () => start());

      expect(started.parts.at(-1)).toMatchObject({
        name: 'start',
        failed: "ModuleNotFoundError: No module named 'a_module_that_is_not_there'",
      });
      await leave();
    });

    it.each<[string, string, (answer: RestoredAside) => unknown, string]>([
      [
        'what PostgreSQL refuses',
        'SELECT 1/0;\n',
        ({ failed }) => failed,
        'PostgreSQL says: ERROR: division by zero',
      ],
    ])('says %s in its own words, and leaves no database', async (_what, statement, of, words) => {
      const before = await databases();
      const name = 'acme-kitchens_db_20200101T000000Z.sql.gz';
      const path = '/srv/sum/acme-kitchens/backups';
      const dump = gunzipSync(
        Buffer.from(await host.shell(`base64 -w0 ${path}/${backup.name}`), 'base64'),
      ).toString();
      const packed = gzipSync(dump.replace('-- PostgreSQL database dump complete', `${statement}$&`));
      await host.run('sh', '-c', 'echo "$0" | base64 -d >"$1"', packed.toString('base64'), `${path}/${name}`);
      try {
        const broken = await withSession('acme-kitchens', (session) => backupNamed(session, /20200101/));

        expect(of(await restore(broken))).toBe(words);
        expect(await databases()).toBe(before);
      } finally {
        await host.run('rm', `${path}/${name}`);
      }
    });

    it.each([
      ['the disk', { ...LIMITS, keepFreeBytes: 1e15 }, 'the disk would have become too full'],
      ['the time', { ...LIMITS, withinSeconds: 0 }, 'it took longer than 0 minutes'],
    ])('stops at the limit of %s, and leaves no database', async (_what, limits, why) => {
      const before = await databases();

      expect(await restore(backup, limits)).toMatchObject({ why, failed: null });
      expect(await databases()).toBe(before);
    });

    it('leaves no process when its program is killed, and the next look takes its database away', async () => {
      const stood = await databases();
      await restore();
      const dies = start().catch((error: Error) => error);
      await gunicornIsAside();

      await host.shell("pkill -9 -f '^[p]ython3 -I -c import base64'");

      expect(await dies).toBeInstanceOf(Error);
      await expect.poll(processes).toBe('0');
      expect(await databases()).toContain('sum_acme_kitchens_rehearsal');
      await leave();
      expect(await databases()).toBe(stood);
      expect(await host.shell('ls -A /srv/sum/acme-kitchens/.rollback-bot')).not.toContain('rehearsal');
    });

    it('finds a database whose maker died before it could say so', async () => {
      const stood = await databases();
      await host.shell(`
        runuser -u postgres -- psql -qc 'CREATE DATABASE sum_acme_kitchens_rehearsal OWNER sum_acme_kitchens'
        printf sum_acme_kitchens_rehearsal | runuser -u deploy -- tee /srv/sum/acme-kitchens/.rollback-bot/rehearsal-database >/dev/null`);

      await leave();

      expect(await databases()).toBe(stood);
    });

    it("never touches a person's database of that name", async () => {
      await host.sql('postgres', 'CREATE DATABASE sum_acme_kitchens_rehearsal OWNER sum_acme_kitchens');
      try {
        const answer = await restore();

        expect(answer.why).toBe(
          'there is a database called sum_acme_kitchens_rehearsal, which the bot did not make',
        );
        expect(await databases()).toContain('sum_acme_kitchens_rehearsal');
      } finally {
        await host.sql('postgres', 'DROP DATABASE sum_acme_kitchens_rehearsal');
      }
    });

    it('is held one at a time on a host: another one waits for it', async () => {
      await restore();
      const slow = withCode('\nimport time\ntime.sleep(3)\n', () => start());
      await gunicornIsAside();
      let first: StartedAside | null = null;
      const done = slow.then((answer) => {
        first = answer;
      });

      const second = await start();

      expect(first).not.toBeNull();
      expect(second.pages.map(({ status }) => status)).toEqual([200, 200, 200]);
      await done;
      await leave();
    });

    it('takes the settings of the live database along, and names one that it may not take', async () => {
      const set = (setting: string) =>
        host.sql('postgres', `ALTER DATABASE sum_acme_kitchens SET ${setting}`);
      const shown = (database: string) =>
        host.sql(
          database,
          'SELECT setconfig, pg_encoding_to_char(encoding), datcollate, datctype FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database()',
        );
      try {
        await set(`search_path = "$user", public`);
        await set(`default_text_search_config = 'pg_catalog.german'`);

        expect(await restore()).toMatchObject({ why: null, failed: null });
        expect(await shown('sum_acme_kitchens_rehearsal')).toBe(await shown('sum_acme_kitchens'));

        await set(`"app.motto" = 'it''s'`);
        expect((await restore()).why).toBe(
          'the database has a setting that only a superuser may give to another one (app.motto)',
        );
        expect(await databases()).not.toContain('rehearsal');
      } finally {
        await host.sql('postgres', 'ALTER DATABASE sum_acme_kitchens RESET ALL');
      }
    });
  });
});
