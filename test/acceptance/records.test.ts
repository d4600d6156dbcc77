import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { OPS, type Product } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, goAhead } from '../support/story/rollback-story.ts';

const MATRIX = 'docs/ops-pack/loop-sites-matrix.md';
const INCIDENTS = 'docs/ops-pack/what-broke-last-time.md';
const ROLLING = 'rollback-bot/records';
const BARE = '/srv/git/platform.git';

describe.skipIf(!canMakeHosts())(
  'the records of a rollback, in the platform’s repository on a real host',
  () => {
    let host: TestHost;
    let product: Product;
    let folder: string;

    beforeAll(async () => {
      host = await bootTestHost('rec');
      folder = mkdtempSync(join(tmpdir(), 'rollback-records-acceptance-'));
      ({ product } = await productFor(
        host,
        `${inventoryOf(host)}records: { repository: "ssh://deploy@${host.address}${BARE}" }\n`,
        { SSH_KNOWN_HOSTS_FILE: host.knownHostsFile },
      ));
    });

    afterAll(async () => {
      await product?.stop();
      await host?.destroy();
      rmSync(folder, { recursive: true, force: true });
    });

    const git = (...argv: readonly string[]) =>
      host.run('runuser', '-u', 'deploy', '--', 'git', '--git-dir', BARE, ...argv);

    /** Waits until the ending of the run contains this, and returns it. */
    const endSays = async (words: string) =>
      plainText(
        await product.slack.waitForMessage(
          (one) => one.channel === OPS && /is back/.test(plainText(one)) && plainText(one).includes(words),
          { timeoutMs: 150_000, since: 0 },
        ),
      );

    it('have a repository that the doctor accepts', async () => {
      const { stdout } = await product.command('doctor', 'birch-bakery');

      expect(stdout).toContain(`ok    records: ${MATRIX} has a row for every site
ok    records: ${INCIDENTS} has a place for entries, before its follow-ups
ok    records: the bot may push to ${ROLLING}, which its first records create
`);
    });

    it('wait while pushes are refused, and then are one correct commit of both files', async () => {
      await host.shell(
        `printf '#!/bin/sh\\necho frozen >&2\\nexit 1\\n' > ${BARE}/hooks/pre-receive; chmod 755 ${BARE}/hooks/pre-receive`,
      );

      const ending = await goAhead(
        product,
        await cardFor(product, '/rollback birch-bakery v0.5.0 --reason "basket | total is ## wrong"'),
      );
      expect(ending).toContain('Birch Bakery is back');
      expect(await endSays('Pending: the push was refused: pre-receive hook declined (frozen).')).toContain(
        'The bot will try again on its own.',
      );
      await host.shell(`rm ${BARE}/hooks/pre-receive`);
      await endSays(`Committed to \`${ROLLING}\` as `);

      expect(await git('log', '--format=%s|%an', ROLLING, '^develop')).toBe(
        'docs(ops): record rollback of birch-bakery to v0.5.0|rollback-bot',
      );
      expect(await git('log', '-1', '--format=%B', ROLLING)).toContain('\nRollback-Run: birch-bakery-1\n');
      const before = clone('develop');
      const after = clone(ROLLING);
      const today = new Date().toISOString().slice(0, 10);
      const row = /^\| Birch Bakery \|.*$/m;
      expect(row.exec(after(MATRIX))?.[0]).toMatch(
        new RegExp(
          `^\\| Birch Bakery \\| production  \\| birch-bakery \\| v0\\.5\\.0 +\\| ${today} +\\| Rolled back from v0\\.5\\.1 to v0\\.5\\.0 \\| Upgraded from v0\\.5\\.0 \\|$`,
        ),
      );
      expect(after(MATRIX).replace(row, '')).toBe(before(MATRIX).replace(row, ''));
      const [head = '', follow = ''] = before(INCIDENTS).split('## Follow-Up Tracking');
      const entry = after(INCIDENTS).slice(head.length, after(INCIDENTS).indexOf('## Follow-Up Tracking'));
      expect(after(INCIDENTS)).toBe(`${head}${entry}## Follow-Up Tracking${follow}`);
      console.info(entry);
      expect(entry).toMatch(
        new RegExp(`^## Site: birch-bakery

\\*\\*Date:\\*\\* ${today}  
\\*\\*Version:\\*\\* v0\\.5\\.0 → v0\\.5\\.1  
\\*\\*Symptom:\\*\\* basket \\\\\\| total is ## wrong\\. Seen before the rollback: health 200 ok.*  
\\*\\*Fix:\\*\\* Rolled back to v0\\.5\\.0; .*  
\\*\\*Follow-up:\\*\\* .*run birch-bakery-1, asked for .*

---

$`),
      );
    });

    function clone(branch: string): (path: string) => string {
      const into = join(folder, branch.replaceAll('/', '-'));
      const ssh = `ssh -i ${host.privateKeyFile} -o UserKnownHostsFile=${host.knownHostsFile}`;
      const from = `ssh://deploy@${host.address}${BARE}`;
      execFileSync('git', ['clone', '--quiet', '--bare', '--branch', branch, '--single-branch', from, into], {
        env: { ...process.env, GIT_SSH_COMMAND: ssh },
      });
      return (path) =>
        execFileSync('git', ['--git-dir', into, 'cat-file', 'blob', `${branch}:${path}`], {
          encoding: 'utf8',
        });
    }
  },
);
