import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../../sandbox/slack/local-slack.ts';
import { ALICE, assembleProduct, BOB, CAROL, OPS, type Product } from '../../support/product/product.ts';
import { hasRealRedis } from '../../support/redis/redis.ts';
import { startTestHost } from '../../support/ssh/ssh2-server.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
/** They take turns, because one of them alone would soon have typed too much. */
const ASKERS = [ALICE, 'U11ADA', 'U12BEN', 'U13CLEO', 'U14DAN', 'U15EVE', 'U16FAY', 'U17GUS'];
const STRANGER_KEY = `SHA256:${'A'.repeat(43)}`;

/** A port of this machine on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

describe('bad input', () => {
  let product: Product;
  let directory: string;
  let host: Awaited<ReturnType<typeof startTestHost>>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollback-bad-input-'));
    const privateKeyFile = join(directory, 'key');
    host = await startTestHost();
    await writeFile(privateKeyFile, host.privateKey, { mode: 0o600 });
    const silent = await closedPort();
    const site = (slug: string, port: number, more = '') =>
      `  - slug: ${slug}\n    domain: ${slug}.test\n    url: http://127.0.0.1:${silent}\n    host: { address: 127.0.0.1, port: ${port}, user: ${host.user}${more} }\n`;
    product = await assembleProduct({
      privateKeyFile,
      configuration: `defaults:
  requesters: [${[...ASKERS, 'U05GUEST'].join(', ')}]
  approvers: [${BOB}]
  operators: [${ALICE}]
redis: { allowUnfit: ${!hasRealRedis()} }
sites:
${site('acme-kitchens', silent)}${site('birch-bakery', host.port)}${site('cedar-clinic', host.port, `, fingerprint: "${STRANGER_KEY}"`)}${site('dune-dental', host.port, `, fingerprint: "${host.fingerprint}"`)}`,
    });
    product.slack.addUser({ id: 'U05GUEST', kind: 'restricted' });
    for (const id of ASKERS.slice(1)) {
      product.slack.addUser({ id });
      product.slack.invite(OPS, id);
    }
    product.slack.addChannel({ id: 'C09LONELY', name: 'lonely', members: [ALICE], bot: false });
    product.slack.invite(OPS, 'U05GUEST');
    await product.start('bot');
    await product.start('worker');
  });

  afterAll(async () => {
    await product?.stop();
    await host?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  let asked = 0;

  const nextAsker = (): string => {
    asked += 1;
    return ASKERS[asked % ASKERS.length] ?? ALICE;
  };

  async function answerTo(command: string, person = nextAsker(), channel = OPS): Promise<string> {
    const { slack } = product;
    const since = slack.mark();
    const sent = await slack.as(person).command(channel, command);
    expect(sent.ok).toBe(true);
    const answer = await slack.waitForMessage(
      (message) => message.ephemeralFor === person && !plainText(message).startsWith(':mag:'),
      { since },
    );
    return plainText(answer);
  }

  it.each([
    ['/rollback acme-kitchen v0.5.0', 'acme-kitchens'],
    ['/rollback Acme_Kitchens v0.5.0', 'acme-kitchens'],
    ['/rollback acme-kitchens --upload-pack=touch', '--upload-pack'],
    ['/rollback acme-kitchens -x', '-x'],
    // git takes no tag of these names.
    ['/rollback acme-kitchens v0.5.0^reboot', 'v0.5.0^reboot'],
    ['/rollback acme-kitchens v0.5.0..v0.6.0', 'v0.5.0..v0.6.0'],
    ['/rollback acme-kitchens v0.5.0 v0.6.0', 'v0.6.0'],
    ['/rollback acme-kitchens v0.5.0 --database-only', 'database-only'],
    ['/rollback acme-kitchens v0.5.0 --backup ../../etc/passwd', '../../etc/passwd'],
    ['/rollback cancel acme-kitchens-99', 'acme-kitchens-99'],
    ['/rollback status nothing-1', 'nothing-1'],
    ['/rollback undo acme-kitchens-99', 'There is no run called acme-kitchens-99.'],
    ['/rollback undo acme-kitchen', 'Did you mean `acme-kitchens`?'],
    ['/rollback undo acme-kitchens', 'The bot has no record of a rollback that changed Acme Kitchens.'],
    ['/rollback undo acme-kitchens-7 --code-only', '--code-only'],
  ])('the answer to %s names %s', async (command, named) => {
    expect(await answerTo(command)).toContain(named);
  });

  it.each([
    ['acme-kitchens', 'Check that', 'host-unreachable'],
    ['birch-bakery', 'set host.fingerprint', 'host-key-unknown'],
    ['cedar-clinic', 'someone may be intercepting the connection', 'host-key-changed'],
    // Without Python on this machine, the preflight says that the host has none.
    hasPython
      ? ['dune-dental', 'root and host', 'host-unsupported']
      : ['dune-dental', 'python3', 'host-errored'],
  ])(
    'the answer for a host that cannot be trusted or asked (%s) says what to do',
    async (slug, said, code) => {
      const answer = await answerTo(`/rollback ${slug} v0.5.0`);

      expect(answer).toContain(said);
      expect(answer).toContain(code);
    },
  );

  it('does not undo a run that was refused', async () => {
    const refused = await answerTo('/rollback acme-kitchens v0.5.0');
    expect(refused).toContain('host-unreachable');
    const listed = await answerTo('/rollback status');
    const run = /acme-kitchens-\d+/.exec(listed)?.[0] ?? 'none';

    expect(await answerTo(`/rollback undo ${run}`)).toContain(`${run} changed nothing (refused).`);
  });

  it('refuses people who are not on the list, guests, and channels without the bot', async () => {
    expect(await answerTo('/rollback acme-kitchens v0.5.0', CAROL)).toContain('requester-not-allowed');
    expect(await answerTo('/rollback acme-kitchens v0.5.0', 'U05GUEST')).toContain('identity-guest');
    expect(await answerTo('/rollback acme-kitchens v0.5.0', ALICE, 'C09LONELY')).toContain(
      '/invite @rollback-bot',
    );
  });

  it('opens the form for a plain /rollback and shows errors next to their fields', async () => {
    const { slack } = product;
    await slack.as(ALICE).command(OPS, '/rollback');
    const modal = await slack.waitForModal(ALICE, () => true);

    const missing = await slack.as(ALICE).submit(modal, { Site: 'Acme Kitchens (production)' });
    expect(missing.errors).toEqual({ version: 'Say which version, or choose "Database only".' });
    const hostile = await slack.as(ALICE).submit(modal, { Version: '--force' });
    expect(Object.keys(hostile.errors)).toEqual(['version']);

    const since = slack.mark();
    await slack.as(ALICE).submit(modal, { Version: 'v0.5.0', Why: 'a <!channel> in the reason' });
    const answer = await slack.waitForMessage((message) => plainText(message).includes('host-unreachable'), {
      since,
    });
    expect(answer.ephemeralFor).toBe(ALICE);
  });

  it('has posted nothing to the channel, started nothing, and sent nothing that Slack refuses', async () => {
    expect(product.slack.messages(OPS)).toEqual([]);
    expect(await answerTo('/rollback sites')).not.toContain('under way');
    expect(product.slack.violations).toEqual([]);
  });

  it('says that Redis does not answer, and accepts the next command when it is back', async () => {
    if (product.redis.kind === 'embedded') return;
    await product.redis.kill();
    expect(await answerTo('/rollback acme-kitchens v0.5.0')).toContain('does not answer');
    await product.redis.restart();
    await expect.poll(() => answerTo('/rollback acme-kitchens v0.5.0')).toContain('host-unreachable');
  });
});

describe('bad configuration', () => {
  it('ends every command with exit code 2 and one line per problem', async () => {
    const product = await assembleProduct({
      configuration: 'sites:\n  - slug: Bad_Slug\n    hots: {}\n',
      privateKeyFile: '/nonexistent',
    });
    try {
      for (const command of ['check', 'start', 'bot', 'worker', 'doctor']) {
        const { code, stderr } = await product.command(command);
        expect([command, code]).toEqual([command, 2]);
        expect(stderr).toContain('sites[0].slug');
        expect(stderr).toContain('hots');
        for (const line of stderr.trim().split('\n')) expect(line).toMatch(/^(\S*rollback\.yml|[A-Z_]+ )/);
      }
    } finally {
      await product.stop();
    }
  });
});
