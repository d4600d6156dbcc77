import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import { createSiteProbe } from '../../src/probe/site-probe.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { ALICE, BOB, CAROL, OPS, type Product } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, goAhead } from '../support/story/rollback-story.ts';
import { site } from '../support/story/site.ts';

const PASSWORD = 'rollback-test-pw';

describe.skipIf(!canMakeHosts())('the checks on a real host', () => {
  let host: TestHost;
  let product: Product;
  let folder: string;

  beforeAll(async () => {
    host = await bootTestHost('rollback-proof');
    folder = mkdtempSync(join(tmpdir(), 'rollback-proof-'));
    const authority = join(folder, 'authority.crt');
    writeFileSync(authority, await host.run('cat', '/usr/local/share/ca-certificates/test-host.crt'));
    ({ product } = await productFor(host, inventory(host, folder), { NODE_EXTRA_CA_CERTS: authority }));
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sends an entry through the site's form, as a visitor would. */
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
      'So far, yes: health was 503 unhealthy and is now 200 ok; errors in the hour before: 2 x TypeError in website/views.py; none of them since the switch.',
    );
    expect(ending).toContain('admin login: logged in, the dashboard answers 200, logged out');
    expect(ending).toMatch(/form: 302 to \/contact\/thanks\/, the site accepted the entry/);
    expect(ending).toContain('from the prepared environment');
    expect(ending).toContain('journal: no errors since the switch');
    expect(
      await host.sql('sum_acme_kitchens', 'SELECT email, message FROM website_lead ORDER BY id DESC LIMIT 1'),
    ).toBe(
      'rollback-bot@example.com|[acme-kitchens-1] Automatic check by rollback-bot after a rollback. Please ignore.',
    );
    // One login, and no session is left.
    expect(await host.sql('sum_acme_kitchens', 'SELECT last_login IS NOT NULL FROM auth_user')).toBe('t');
    expect(await host.sql('sum_acme_kitchens', 'SELECT count(*) FROM django_session')).toBe('0');
    for (const text of [(await product.command('audit', 'export')).stdout, product.slack.describe()])
      expect(text).not.toContain(PASSWORD);
  });

  it('lets people confirm what only they can check, and shows that to everyone', async () => {
    const { slack } = product;
    const boxes = await newestBoxes();
    expect(plainText(boxes)).toContain('Look at the homepage on your phone');
    expect(plainText(boxes)).not.toContain('Log in to the admin');

    expect(await tick(CAROL, boxes, ['phone'])).toContain(
      'You may not confirm the checks of acme-kitchens-1.',
    );
    expect(await tick(BOB, boxes, ['phone'])).toContain('You confirmed "Look at the homepage on your phone"');
    const shown = await slack.waitForMessage(
      (one) => one.ts === boxes.ts && /phone: <?@/.test(plainText(one)),
      {
        timeoutMs: 60_000,
      },
    );
    expect(await tick(ALICE, shown, [])).toContain('You took back');

    const { stdout } = await product.command('audit', 'export', 'acme-kitchens-1');
    expect(stdout).toMatch(/"type":"ticked","box":"phone","by":"U02BOB","on":true/);
    expect(stdout).toMatch(/"type":"ticked","box":"phone","by":"U01ALICE","on":false/);
  });

  it('does not take a wrong password for a broken site: people must look', async () => {
    writeFileSync(join(folder, 'password'), 'wrong\n');
    const ending = await goAhead(product, await cardFor(product, '/rollback birch-bakery v0.5.0'));

    writeFileSync(join(folder, 'password'), `${PASSWORD}\n`);

    console.info(ending);
    expect(ending).toContain('needs a decision');
    expect(ending).toContain(
      "admin login: the site doesn't let admin in with the password in smoke.login.passwordFile",
    );
    expect(ending).toContain(
      "Can't tell: health was fine and still is; the journal had no errors in the hour before, and has none since.",
    );
  });

  it('sends the form of a site behind HTTPS, and names the new lead', async () => {
    const ending = await goAhead(product, await cardFor(product, '/rollback dune-dental v0.5.3'));

    console.info(ending);
    expect(ending).toContain('Dune Dental is back');
    const lead = await host.sql('sum_dune_dental', 'SELECT max(id) FROM sum_core_lead');
    expect(ending).toContain(`form: 200, the site accepted the entry, lead ${lead}`);
  });

  it('says that the rollback did not help if the same error comes again', async () => {
    const unit = 'sum-cedar-clinic-gunicorn.service';
    // Each start of the unit writes an error to its journal, whatever code it runs.
    await host.shell(
      `mkdir -p /etc/systemd/system/${unit}.d && printf '[Service]\nExecStartPost=/bin/sh -c "echo django.db.utils.OperationalError: no route to 10.0.0.9 >&2"\n' > /etc/systemd/system/${unit}.d/trial.conf && systemctl daemon-reload && systemctl restart ${unit}
      until [ "$(curl -s -o /dev/null -w '%{http_code}' https://cedar-clinic.test/health/)" = 503 ]; do sleep 0.1; done`,
    );

    const ending = await goAhead(product, await cardFor(product, '/rollback cedar-clinic v0.5.0'));

    console.info(ending);
    expect(ending).toContain('Cedar Clinic needs a decision');
    expect(ending).toContain(
      'No: health was 503 unhealthy and is now 200 ok; the same error still occurs: 1 x OperationalError.',
    );
    expect(ending).toContain('journal: the same error still occurs: 1 x OperationalError');
  });

  it('says what to change if the configuration has HTTP and the site only answers HTTPS', async () => {
    const where = site({
      domain: 'dune-dental.test',
      url: 'http://dune-dental.test',
      smoke: { connect: host.address },
    });

    expect(await createSiteProbe().health(where)).toEqual({
      status: 308,
      word: 'asks for HTTPS: set url to https://dune-dental.test in the configuration',
      failing: [],
    });
  });

  async function newestBoxes(): Promise<Message> {
    return product.slack.waitForMessage(
      (one) => one.channel === OPS && one.threadTs !== undefined && plainText(one).includes('need a person'),
      { timeoutMs: 60_000 },
    );
  }

  async function tick(person: string, boxes: Message, chosen: readonly string[]): Promise<string> {
    const { slack } = product;
    const since = slack.mark();
    await slack.as(person).select(boxes, 'boxes', chosen);
    return plainText(
      await slack.waitForMessage((one) => one.ephemeralFor === person, { timeoutMs: 60_000, since }),
    );
  }
});

/** No DNS has these names, so the tests connect to the address of the host. */
function inventory(host: TestHost, folder: string): string {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  chmodSync(passwordFile, 0o600);
  const siteAt = (slug: string, more = '') => `  - slug: ${slug}
    domain: ${slug}.test
    host: { address: ${host.address}, user: deploy, fingerprint: "${host.fingerprint}" }
${more}`;
  return `defaults:
  requesters: [${ALICE}]
  approvers: [${BOB}]
  operators: [${ALICE}]
  smoke:
    connect: ${host.address}
    login: { user: admin, passwordFile: ${passwordFile} }
    form: { path: /contact/ }
sites:
${siteAt('acme-kitchens')}${siteAt('birch-bakery')}${siteAt('cedar-clinic')}${siteAt(
  'dune-dental',
  `    url: http://${host.address}:8004\n`,
)}`;
}
