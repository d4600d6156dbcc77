import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import type { Product, ProductProcess } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, goAhead } from '../support/story/rollback-story.ts';

const ROOT = '/srv/sum/acme-kitchens';
const BARE = '/srv/git/platform.git';

/** Values of `.env`, each of another kind. */
const SEEDS = {
  SEEDED_API_TOKEN: 'Tok/9f2+q&A<b>=7zQx',
  SEEDED_PW: 'Kz!7q',
  SEEDED_WORDS: 'correct "horse" battery ünit9',
  SEEDED_CACHE_URL: 'redis://:r3d%2Fis9q@127.0.0.1:6399/5',
} as const;

/** Prints each value in each form in which programs write values, one a line, in sentences as programs write them. */
const FORMS = `
import html, json, re, sys, urllib.parse
for name, value in json.loads(sys.argv[1]).items():
    password = urllib.parse.urlsplit(value).password
    for one in [value] + ([password, urllib.parse.unquote(password)] if password else []):
        quoted = urllib.parse.quote(one, safe="")
        for form in (one, quoted, re.sub("%..", lambda found: found.group().lower(), quoted), urllib.parse.quote(one), urllib.parse.quote_plus(one), html.escape(one), html.escape(one, quote=False),
                     json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1], repr(one)[1:-1], repr(one.encode())[2:-1]):
            print(form)
`;

describe.skipIf(!canMakeHosts())('the secrets of a site', () => {
  let host: TestHost;
  let product: Product;
  let processes: readonly ProductProcess[];
  let forms: readonly string[];

  beforeAll(async () => {
    host = await bootTestHost('rollback-seeds');
    const lines = Object.entries(SEEDS).map(([name, value]) => `${name}='${value}'`);
    await host.run('sh', '-c', `printf '%s\\n' "$0" >>${ROOT}/.env`, lines.join('\n'));
    const said = await host.run('python3', '-c', FORMS, JSON.stringify(SEEDS));
    forms = [...new Set(said.split('\n'))].filter((form) => form.length > 4);
    await host.run(
      'sh',
      '-c',
      'printf "%s\\n" "$0" >/srv/forms; chmod 644 /srv/forms',
      forms.map((form) => `ERROR could not connect with ${form} at once`).join('\n'),
    );
    // What the site logs, what a script of the platform prints before it fails, and an address with a login in it.
    await host.shell(`
      for folder in ${ROOT}/venv/lib/python3*/site-packages; do
        printf 'import sys\\nif "gunicorn" in sys.argv[0]: sys.stderr.write(open("/srv/forms").read())\\n' >"$folder/sitecustomize.py"; done
      systemctl restart sum-acme-kitchens-gunicorn
      sed -i '2i cat /srv/forms; cat /srv/forms >\\&2; [ ! -e /srv/restores-fail ] || exit 3' /srv/sum/bin/restore_db.sh
      touch /srv/restores-fail`);
    const {
      product: made,
      bot,
      worker,
    } = await productFor(
      host,
      `${inventoryOf(host)}records: { repository: "ssh://deploy@${host.address}${BARE}" }\n`,
      { SSH_KNOWN_HOSTS_FILE: host.knownHostsFile, LOG_LEVEL: 'debug' },
    );
    product = made;
    processes = [bot, worker];
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  /** Every place that people or other programs can read. */
  async function places(): Promise<Readonly<Record<string, string>>> {
    return {
      Slack: JSON.stringify(product.slack.transcript()),
      logs: processes.map((one) => one.log()).join('\n'),
      Redis: await everythingInRedis(),
      records: await host.run(
        'runuser',
        '-u',
        'deploy',
        '--',
        'git',
        '--git-dir',
        BARE,
        'log',
        '-p',
        '--all',
      ),
    };
  }

  const everythingInRedis = () =>
    product.redis.admin(async (redis) => {
      const found: string[] = [];
      for (const key of await redis.keys('*')) found.push(key, await valueAt(redis, key));
      return found.join('\n');
    });

  async function valueAt(redis: Redis, key: string): Promise<string> {
    switch (await redis.type(key)) {
      case 'string':
        return (await redis.get(key)) ?? '';
      case 'list':
        return (await redis.lrange(key, 0, -1)).join('\n');
      case 'hash':
        return JSON.stringify(await redis.hgetall(key));
      case 'zset':
        return (await redis.zrange(key, '0', '-1')).join('\n');
      case 'set':
        return (await redis.smembers(key)).join('\n');
      case 'stream':
        return JSON.stringify(await redis.xrange(key, '-', '+'));
      default:
        return '';
    }
  }

  /** Both as it is and as JSON inside of JSON writes it. */
  const hitsIn = (text: string) =>
    forms.filter((form) => text.includes(form) || text.includes(JSON.stringify(form).slice(1, -1)));

  it('are nowhere, although its programs print them in every form, and a restore fails with them', async () => {
    const card = await cardFor(product, '/rollback acme-kitchens v0.5.0 --reason "leads are lost"');
    const since = product.slack.mark();

    const stop = await goAhead(product, card);

    expect(stop).toContain('the rollback failed and was put back');
    const thread = await product.slack.waitForMessage(
      (one) => one.threadTs !== undefined && plainText(one).includes('REDACTED SEEDED_API_TOKEN'),
      { since, timeoutMs: 60_000 },
    );
    expect(plainText(thread)).toContain('could not connect with');
    for (const [place, text] of Object.entries(await places()))
      expect({ place, hits: hitsIn(text) }).toEqual({ place, hits: [] });
  });

  it('are nowhere after a rollback that worked, in the records, and in what the terminal prints', async () => {
    await host.run('rm', '/srv/restores-fail');
    const card = await cardFor(product, '/rollback acme-kitchens v0.5.0');
    expect(await goAhead(product, card)).toContain('is back');
    const run = 'acme-kitchens-2';
    await expect.poll(async () => (await places())['records'], { timeout: 120_000 }).toContain(run);

    const printed = await Promise.all(
      [
        ['doctor', 'acme-kitchens'],
        ['readiness', 'acme-kitchens'],
        ['status', run],
        ['history'],
        ['audit', 'verify'],
        ['audit', 'export'],
      ].map(async (argv) => {
        const { stdout, stderr } = await product.command(...argv);
        return [`rollback-bot ${argv.join(' ')}`, stdout + stderr] as const;
      }),
    );
    for (const [place, text] of [...Object.entries(await places()), ...printed])
      expect({ place, hits: hitsIn(text) }).toEqual({ place, hits: [] });
    // The host's own log has them whole, so they were really printed.
    const log = await host.shell(`cat ${ROOT}/.rollback-bot/runs/${run}/log`);
    expect(forms.filter((form) => !log.includes(form))).toEqual([]);
  });
});
