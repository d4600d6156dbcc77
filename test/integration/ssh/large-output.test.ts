import { execFile, spawnSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/slack/render/blocks/text.ts';
import { logTail } from '../../../src/slack/render/plan/details.ts';
import { hasSshd, startSshd, type TestHost } from '../../support/ssh/sshd.ts';
import { site } from '../../support/story/site.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const GB = 1024 ** 3;
const MB = 1024 ** 2;
/** How much memory a worker may use, in bytes, including Node itself. */
const MOST = 256 * MB;
const RUN = 'acme-kitchens-7';
const esc = '\u001b';

/** The built product's host side in a separate process, so that its memory can be measured. */
const READER = `
import { readFileSync } from 'node:fs';
const [host, site, work] = JSON.parse(process.env.ASKED);
let said;
if (work === 'log') {
  const { sshHosts } = await import(process.env.DIST + '/ssh/host.js');
  const session = await sshHosts(async () => host).connect(site);
  said = await session.logTail({ run: '${RUN}', number: 1, digest: 'x' });
  session.close();
} else {
  const { openSession } = await import(process.env.DIST + '/ssh/transport/session.js');
  const session = await openSession(site.host, host);
  let bytes = 0;
  const outcome = await session.run({ command: work, deadlineMs: 600_000, onStdout: (text) => { bytes += text.length; } });
  said = outcome.kind + ' ' + outcome.code + ' ' + bytes + ' ' + outcome.stdout.length;
  session.close();
}
// Not resourceUsage(): that begins with the memory of the parent at the fork.
const [, peak] = /^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
console.log(JSON.stringify({ said, rss: Number(peak) * 1024 }));
`;

describe.skipIf(!hasSshd || !hasPython)('output of any size', () => {
  let host: TestHost;
  let root = '';

  beforeAll(async () => {
    host = await startSshd();
    root = join(mkdtempSync(join(tmpdir(), 'large-output-')), 'acme-kitchens');
    mkdirSync(join(root, '.rollback-bot', 'runs', RUN), { recursive: true });
    writeFileSync(join(root, '.env'), 'DJANGO_DB_PASSWORD=hunter2hunter2\n');
  });
  afterAll(async () => {
    await host?.stop();
    rmSync(join(root, '..'), { recursive: true, force: true });
  });

  async function ask(work: string): Promise<{ said: string; rss: number }> {
    const { address, port, user, fingerprint, privateKey } = host;
    const asked = [
      { privateKey, knownHosts: '' },
      site({ root, host: { address, port, user, fingerprint } }),
      work,
    ];
    const dist = new URL('../../../dist', import.meta.url).href;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', READER], {
      env: { ...process.env, ASKED: JSON.stringify(asked), DIST: dist },
    });
    return JSON.parse(stdout);
  }

  /** A log of 1 GB that ends with this text. Everything before is a hole in the file. */
  function log(end: string | Buffer): void {
    const file = openSync(join(root, '.rollback-bot', 'runs', RUN, 'log'), 'w');
    try {
      const bytes = Buffer.from(end);
      ftruncateSync(file, GB);
      writeSync(file, bytes, 0, bytes.length, GB);
    } finally {
      closeSync(file);
    }
  }

  it('keeps the end of a log of 1 GB, and needs no memory for it', async () => {
    log('\nthe last step\nDJANGO_DB_PASSWORD is hunter2hunter2\nit failed\n');

    const { said, rss } = await ask('log');

    expect(said).toBe('the last step\nDJANGO_DB_PASSWORD is [REDACTED DJANGO_DB_PASSWORD]\nit failed\n');
    expect(rss).toBeLessThan(MOST);
  });

  it('keeps the end of a line of 100 MB', async () => {
    log(Buffer.concat([Buffer.from('\n'), Buffer.alloc(100 * MB, 'ä')]));

    const { said, rss } = await ask('log');

    expect(said).toBe('ä'.repeat(6_000));
    expect(rss).toBeLessThan(MOST);
  });

  it('is read and dropped if a command prints 1 GB', async () => {
    const { said, rss } = await ask(`head -c ${GB} /dev/zero`);

    expect(said).toBe(`exited 0 ${GB} ${MB}`);
    expect(rss).toBeLessThan(MOST);
  });

  it('is posted in the thread as readable text without markup', async () => {
    const bytes = Buffer.concat([
      Buffer.from(
        `\n${esc}[31;1mERROR${esc}[0m ${esc}]0;title\u0007<!channel> *bold* \`code\` &amp; <https://evil.example|ok>\n`,
      ),
      Buffer.from('10%\r55%\r100%\npassword: hunter2\n\u202eright to left\n'),
      Buffer.from([0x00, 0x01, 0xff, 0xfe, 0x80, 0x0a]),
      Buffer.from('half a character: ä').subarray(0, -1),
    ]);
    log(bytes);

    const { said } = await ask('log');
    const message = logTail(said);

    expect(message.blocks.at(-1)).toEqual({
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_preformatted',
          elements: [
            {
              type: 'text',
              text: 'ERROR <!channel> *bold* `code` &amp; <https://evil.example|ok>\n100%\npassword: [REDACTED]\n‹U+202E›right to left\n‹U+0000…›\ufffd\ufffd\ufffd\nhalf a character: \ufffd',
            },
          ],
        },
      ],
    });
    expect(message.text.length).toBeLessThan(LIMITS.fallback);
  });
});
