import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf, siteUrl, type TestSite } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { assembleProduct, type Product } from '../support/product/product.ts';
import { cardFor, downtimeOnHost, goAhead } from '../support/story/rollback-story.ts';

const exec = promisify(execFile);

interface Job {
  readonly mode: 'full' | 'code-only' | 'database-only';
  readonly site: TestSite;
  readonly wish: string;
  readonly celery: boolean;
  /** Pattern of the backup's name; null: none is restored. */
  readonly backup: string | null;
  /** What git checks out; null: the code stays. */
  readonly target: string | null;
}

const JOBS: readonly Job[] = [
  {
    mode: 'full',
    site: 'acme-kitchens',
    wish: 'v0.5.0',
    celery: true,
    backup: 'ls -t backups/*.sql.gz | head -1',
    target: 'v0.5.0',
  },
  { mode: 'code-only', site: 'birch-bakery', wish: 'v0.5.0', celery: false, backup: null, target: 'v0.5.0' },
  {
    mode: 'database-only',
    site: 'birch-bakery',
    wish: '--database-only',
    celery: false,
    backup: 'ls -t backups/*.sql.gz | head -1',
    target: null,
  },
];

/**
 * The downtime and the whole time of each mode, by the product and by hand in the same run: the runbook's commands with the
 * platform's own corrections, typed without a pause by somebody who knows them all by heart, over one multiplexed
 * connection. By hand nothing is looked at, backed up or proven; times are in milliseconds.
 */
describe.skipIf(!canMakeHosts())('each mode, by the product and by hand', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollback-bench-'));
  let host: TestHost;

  beforeAll(async () => {
    host = await bootTestHost('rollback-bench');
  });

  afterAll(async () => {
    await host?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(JOBS)('$mode of $site', async (job) => {
    await host.control('reset');
    const hand = await byHand(host, job, join(folder, 'control'));
    await host.control('reset');
    const bot = await byProduct(host, job);

    expect((await fetch(`${siteUrl(host, job.site)}/health/`)).status).toBe(200);
    console.info(
      `| ${job.mode}, ${job.site} | ${hand.down} | ${hand.total} | ${bot.down} | ${bot.look} | ${bot.decided} | ${(bot.down / hand.down).toFixed(2)} |`,
    );
  });
});

async function byProduct(host: TestHost, { site, wish }: Job) {
  const product: Product = await assembleProduct({
    configuration: inventoryOf(host),
    privateKeyFile: host.privateKeyFile,
  });
  try {
    await product.start('bot');
    await product.start('worker');
    const began = performance.now();
    const card = await cardFor(product, `/rollback ${site} ${wish}`);
    const shown = performance.now();
    expect(await goAhead(product, card)).toContain('is back');
    const run = /^(\S+-\d+) ·/m.exec(plainText(card))?.[1] ?? '';
    return {
      look: Math.round(shown - began),
      decided: Math.round(performance.now() - shown),
      down: await downtimeOnHost(host, site, run),
    };
  } finally {
    await product.stop();
  }
}

/** One shell command after the other, as a person types them; the downtime is from the stop to the first healthy answer. */
async function byHand(host: TestHost, { site, celery, backup, target }: Job, control: string) {
  const options = {
    UserKnownHostsFile: host.knownHostsFile,
    ControlMaster: 'auto',
    ControlPath: control,
    ControlPersist: '60',
  };
  const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const ssh = (command: string) =>
    exec('ssh', [
      '-i',
      host.privateKeyFile,
      ...words,
      `deploy@${host.address}`,
      `cd /srv/sum/${site} && set -e; ${command}`,
    ]);
  const units = (verb: string) =>
    `sudo -n systemctl ${verb} sum-${site}-gunicorn.service${celery ? `; sudo -n systemctl ${verb} sum-${site}-celery.service` : ''}`;
  const load = 'set -a; . ./.env; set +a';
  await ssh('true');
  const began = performance.now();
  if (target !== null) await ssh('cd app && git fetch -q origin --tags');
  const stopped = performance.now();
  await ssh(units('stop'));
  if (target !== null) await ssh(`cd app && git checkout -q ${target}`);
  if (backup !== null) {
    await ssh(
      `${load}; PGPASSWORD=$DJANGO_DB_PASSWORD psql -qX -h "$DJANGO_DB_HOST" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME" -c 'DROP OWNED BY CURRENT_USER CASCADE'`,
    );
    await ssh(
      `/srv/sum/bin/restore_db.sh --site-slug ${site} --file "$PWD/$(${backup})" --i-know-this-will-overwrite --no-restart`,
    );
  }
  if (target !== null) {
    await ssh('venv/bin/python -m pip install -q -r app/requirements.txt');
    await ssh(`${load}; cd app && ../venv/bin/python manage.py collectstatic --noinput`);
  }
  await ssh(units('start'));
  await ssh(
    `until curl -fsS -o /dev/null -H "Host: ${site}.test" http://127.0.0.1/health/; do sleep 0.1; done`,
  );
  const healthy = performance.now();
  execFileSync('ssh', ['-O', 'exit', '-o', `ControlPath=${control}`, `deploy@${host.address}`], {
    stdio: 'ignore',
  });
  return { down: Math.round(healthy - stopped), total: Math.round(healthy - began) };
}
