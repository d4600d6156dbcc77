import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import { ALICE, assembleProduct, BOB, CAROL, OPS, type Product } from '../support/product.ts';
import { cardFor, goAhead } from '../support/rollback-story.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/test-host.ts';

const PASSWORD = 'rollback-test-pw';

describe.skipIf(!canMakeHosts())('the proof on a real host', () => {
  let host: TestHost;
  let product: Product;
  let folder: string;

  beforeAll(async () => {
    host = await bootTestHost('rollback-proof');
    folder = mkdtempSync(join(tmpdir(), 'rollback-proof-'));
    const authority = join(folder, 'authority.crt');
    writeFileSync(authority, await host.run('cat', '/usr/local/share/ca-certificates/test-host.crt'));
    product = await assembleProduct({
      configuration: inventory(host, folder),
      privateKeyFile: host.privateKeyFile,
      environment: { NODE_EXTRA_CA_CERTS: authority },
    });
    await product.start('bot');
    await product.start('worker');
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Alice's entry through the form of the site, as a visitor sends it. */
  async function visitorSendsForm(slug: string): Promise<string> {
    return host.shell(`jar=$(mktemp); page=https://${slug}.test/contact/
      token=$(curl -s -b $jar -c $jar $page | sed -n 's/.*csrfmiddlewaretoken" value="\\([^"]*\\)".*/\\1/p')
      curl -s -o /dev/null -w '%{http_code}' -b $jar -e $page -d csrfmiddlewaretoken=$token -d name=Ann -d email=ann@example.com -d message=hello $page`);
  }

  it('logs in, sends a marked form over HTTPS without DNS, and says that the errors have stopped', async () => {
    expect(await visitorSendsForm('acme-kitchens')).toBe('500');
    expect(await visitorSendsForm('acme-kitchens')).toBe('500');

    const ending = await goAhead(product, await cardFor(product, '/rollback acme-kitchens v0.5.0'));

    console.info(ending);
    expect(ending).toContain('Acme Kitchens is back');
    expect(ending).toContain(
      'So far, yes: health was 503 unhealthy and is 200 ok; errors in the hour before: 2 x TypeError in website/views.py; since the switch none of them.',
    );
    expect(ending).toContain('admin login: logged in, the dashboard answers 200, logged out');
    expect(ending).toMatch(/form: 302 to \/contact\/thanks\/, the entry was taken/);
    expect(ending).toContain('from the prepared environment');
    expect(ending).toContain('journal: no errors since the switch');
    expect(
      await host.sql('sum_acme_kitchens', 'SELECT email, message FROM website_lead ORDER BY id DESC LIMIT 1'),
    ).toBe(
      'rollback-bot@example.com|[acme-kitchens-1] Automatic check by rollback-bot after a rollback. Please ignore.',
    );
    // Logged in once, and no session is left.
    expect(await host.sql('sum_acme_kitchens', 'SELECT last_login IS NOT NULL FROM auth_user')).toBe('t');
    expect(await host.sql('sum_acme_kitchens', 'SELECT count(*) FROM django_session')).toBe('0');
    for (const text of [(await product.command('audit', 'export')).stdout, product.slack.describe()])
      expect(text).not.toContain(PASSWORD);
  });

  it('lets people tick what only they can check, and shows it to everybody', async () => {
    const { slack } = product;
    const boxes = await newestBoxes();
    expect(plainText(boxes)).toContain('Look at the homepage on your phone');
    expect(plainText(boxes)).not.toContain('Log in to the admin');

    expect(await tick(CAROL, boxes, ['phone'])).toContain('You may not tick boxes of acme-kitchens-1.');
    expect(await tick(BOB, boxes, ['phone'])).toContain('You ticked "Look at the homepage on your phone"');
    const shown = await slack.waitForMessage(
      (one) => one.ts === boxes.ts && /phone: <?@/.test(plainText(one)),
      {
        timeoutMs: 20_000,
      },
    );
    expect(await tick(ALICE, shown, [])).toContain('You took back');

    const { stdout } = await product.command('audit', 'export', 'acme-kitchens-1');
    expect(stdout).toMatch(/"type":"ticked","box":"phone","by":"U02BOB","on":true/);
    expect(stdout).toMatch(/"type":"ticked","box":"phone","by":"U01ALICE","on":false/);
  });

  it('takes a wrong password and an error that still occurs for what they are: people look', async () => {
    writeFileSync(join(folder, 'password'), 'wrong\n');
    const ending = await goAhead(product, await cardFor(product, '/rollback birch-bakery v0.5.0'));

    console.info(ending);
    expect(ending).toContain('needs a decision');
    expect(ending).toContain(
      'admin login: the site does not let admin in with the password in smoke.login.passwordFile',
    );
    expect(ending).toContain('In part: ');
  });

  async function newestBoxes(): Promise<Message> {
    return product.slack.waitForMessage(
      (one) => one.channel === OPS && one.threadTs !== undefined && plainText(one).includes('only a person'),
      { timeoutMs: 20_000 },
    );
  }

  async function tick(person: string, boxes: Message, chosen: readonly string[]): Promise<string> {
    const { slack } = product;
    const since = slack.mark();
    await slack.as(person).select(boxes, 'boxes', chosen);
    return plainText(
      await slack.waitForMessage((one) => one.ephemeralFor === person, { timeoutMs: 20_000, since }),
    );
  }
});

/** Nothing knows these names but the host itself: the tests connect to its address. */
function inventory(host: TestHost, folder: string): string {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  chmodSync(passwordFile, 0o600);
  const site = (slug: string) => `  - slug: ${slug}
    domain: ${slug}.test
    host: { address: ${host.address}, user: deploy, fingerprint: "${host.fingerprint}" }
`;
  return `defaults:
  requesters: [${ALICE}]
  approvers: [${BOB}]
  operators: [${ALICE}]
  smoke:
    connect: ${host.address}
    login: { user: admin, passwordFile: ${passwordFile} }
    form: { path: /contact/ }
sites:
${site('acme-kitchens')}${site('birch-bakery')}`;
}
