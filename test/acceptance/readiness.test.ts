import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import { openQueue, type WakeupQueue } from '../../src/queue/wakeup-queue.ts';
import { createReadinessStore } from '../../src/store/readiness.ts';
import { openStoreRedis, type RedisLink } from '../../src/store/redis.ts';
import { inventoryOf } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import {
  ALICE,
  assembleProduct,
  OPS,
  type Product,
  type ProductProcess,
} from '../support/product/product.ts';

const SITE = 'birch-bakery@production';
const ROOT = '/srv/sum/birch-bakery';
const NIGHT_MS = 240_000;

describe.skipIf(!canMakeHosts())('the readiness check of a real host', () => {
  let host: TestHost;
  let product: Product;
  let link: RedisLink;
  let looks: WakeupQueue;
  let workers: ProductProcess[];

  beforeAll(async () => {
    host = await bootTestHost('rollback-ready');
    await backUp('3 hours ago');
    // A check that lets git refresh its index would write it now.
    await host.shell(`touch ${ROOT}/app/manage.py`);
    const at = new Date(Date.now() + 75_000).toISOString().slice(11, 16);
    product = await assembleProduct({
      configuration: inventoryOf(
        host,
        `  readiness: { enabled: false }\nreadiness: { at: "${at}", channel: ${OPS} }\n`,
      ).replace('slug: birch-bakery\n', 'slug: birch-bakery\n    readiness: { enabled: true }\n'),
      privateKeyFile: host.privateKeyFile,
    });
    link = openStoreRedis(product.redis.url);
    await link.ready();
    looks = openQueue('look', link, {});
    await product.start('bot');
    workers = [await product.start('worker'), await product.start('worker')];
  });

  afterAll(async () => {
    await looks?.close();
    await link?.close();
    await product?.stop();
    await host?.destroy();
  });

  /** Makes a good backup with the platform's own script, dated earlier. */
  async function backUp(when: string): Promise<string> {
    return host.shell(`
      made=$(runuser -u deploy -- /srv/sum/bin/backup_db.sh --site-slug birch-bakery 2>/dev/null)
      name=birch-bakery_db_$(date -u -d '${when}' +%Y%m%dT%H%M%SZ).sql.gz
      mv "$made" ${ROOT}/backups/$name && echo $name`);
  }

  /** Makes the file that the platform's own script leaves if pg_dump fails. */
  async function failToBackUp(): Promise<string> {
    await host.sql('sum_birch_bakery', 'REVOKE SELECT ON website_lead FROM sum_birch_bakery');
    const name = await host.shell(`
      runuser -u deploy -- /srv/sum/bin/backup_db.sh --site-slug birch-bakery >/dev/null 2>&1 && exit 9
      newest=$(ls -t ${ROOT}/backups | head -1)
      gunzip -t ${ROOT}/backups/$newest && echo $newest`);
    await host.sql('sum_birch_bakery', 'GRANT SELECT ON website_lead TO sum_birch_bakery');
    return name;
  }

  /** Waits until a check that began later than `since` was reported. */
  async function told(since: string): Promise<void> {
    const store = createReadinessStore(link);
    const done = async () => {
      const look = await store.look(SITE);
      const report = await store.report(SITE);
      return look !== null && report !== null && look.lookedAt > since && report.askedAt > look.lookedAt;
    };
    await expect.poll(done, { timeout: NIGHT_MS, interval: 500 }).toBe(true);
  }

  /** Starts the planned night now, and waits until everything is done. */
  async function night(meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
    const since = new Date().toISOString();
    const planned = (await looks.getDelayed()).filter((job) => job.name === 'night');
    expect(planned).toHaveLength(1);
    await planned[0]?.promote();
    await meanwhile();
    await told(since);
  }

  /** Everything of the site that someone could have changed, without the bot's own files. */
  function siteAsItIs(): Promise<string> {
    return host.shell(`
      cd ${ROOT}
      export GIT_OPTIONAL_LOCKS=0
      git -c safe.directory='*' -C app status --porcelain=v2 --branch --ignored
      git -c safe.directory='*' -C app for-each-ref
      for unit in gunicorn.service; do systemctl show sum-birch-bakery-$unit -p MainPID,InvocationID,ActiveEnterTimestampMonotonic,NRestarts; done
      find . -path ./.rollback-bot -prune -o -path ./app/.git/worktrees -prune -o '(' -type f -o -type l ')' -printf '%P %y %m %u %s %T@ %l\\n' | sort
      runuser -u postgres -- psql -XAtc "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables ORDER BY 1" sum_birch_bakery`);
  }

  async function sites(): Promise<string> {
    const since = product.slack.mark();
    await product.slack.as(ALICE).command(OPS, '/rollback sites');
    return plainText(
      await product.slack.waitForMessage(
        (one) => one.ephemeralFor === ALICE && plainText(one).includes('birch-bakery'),
        { timeoutMs: 60_000, since },
      ),
    );
  }

  const reports = (): readonly Message[] =>
    product.slack.messages(OPS).filter((one) => plainText(one).includes('less ready'));

  it('runs at the configured hour and says nothing about a good site', async () => {
    expect(await sites()).toContain(
      '*birch-bakery* (production) Birch Bakery, birch-bakery.test: not checked yet',
    );
    const before = await siteAsItIs();

    await told(new Date(Date.now() - 120_000).toISOString());

    expect(await siteAsItIs()).toBe(before);
    expect(product.slack.messages(OPS)).toEqual([]);
    expect(await sites()).toMatch(
      /\*birch-bakery\* \(production\) Birch Bakery, birch-bakery\.test: ready, checked \d+ (seconds?|minutes?) ago/,
    );
    const environments = await host.shell(`ls ${ROOT}/.rollback-bot/venvs | grep -cv lock`);
    expect(environments).toBe('1');
  });

  it('reports once that the newest backup is an empty dump, and names the older one that could be used', async () => {
    const [good] = (await host.shell(`ls -t ${ROOT}/backups`))
      .split('\n')
      .filter((name) => name.includes('_db_'));
    const empty = await failToBackUp();
    const before = await siteAsItIs();

    await night();

    expect(reports().map(plainText)).toHaveLength(1);
    const [text = ''] = reports().map(plainText);
    expect(text).toContain(':warning: *Birch Bakery* (production) is less ready for a rollback than it was.');
    expect(text).toContain(
      `The newest backup cannot be used: ${empty} (it is empty). The newest usable one is ${good}, 3 hours old.`,
    );
    expect(text).toContain('/srv/sum/bin/backup_db.sh --site-slug birch-bakery');
    expect(text).toContain('backup-incomplete');
    expect(await sites()).toContain(
      `birch-bakery.test: :warning: The newest backup cannot be used: ${empty} (it is empty). The newest usable one is ${good}, 3 hours old, checked`,
    );
    expect(await siteAsItIs()).toBe(before);
  });

  it('does not report the same the next night', async () => {
    const before = await siteAsItIs();

    await night();

    expect(reports()).toHaveLength(1);
    expect(await sites()).toContain(':warning: The newest backup cannot be used');
    expect(await siteAsItIs()).toBe(before);
  });

  it('is continued by another worker if the first one is killed', async () => {
    const before = await siteAsItIs();

    await night(async () => {
      const looking = async () => (await looks.getActive()).map((job) => job.data.runId);
      await expect.poll(looking, { timeout: 30_000, interval: 50 }).toEqual([SITE]);
      await Promise.all(workers.map((worker) => worker.kill()));
      workers = [await product.start('worker')];
    });

    expect(reports()).toHaveLength(1);
    expect(await siteAsItIs()).toBe(before);
  });

  it('prints the same from the terminal, with an exit code for scripts', async () => {
    const { code, stdout } = await product.command('readiness', 'birch-bakery');

    expect(stdout).toContain('FAIL  birch-bakery@production: backup: The newest backup cannot be used: ');
    expect(stdout).toContain('ok    birch-bakery@production: approvers: 2 people could approve a rollback');
    expect(stdout).toMatch(
      /ok {4}birch-bakery@production: version to go back to: v0\.5\.0 \([0-9a-f]{8}\) is installed aside/,
    );
    expect(code).toBe(1);
  });

  it('shows that the site is good again, without a message', async () => {
    await backUp('1 minute');

    await night();

    expect(reports()).toHaveLength(1);
    expect(await sites()).toContain('birch-bakery.test: ready, checked');
  });

  it('never sent anything that Slack refuses', () => {
    expect(product.slack.violations).toEqual([]);
  });
});
