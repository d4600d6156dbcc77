import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { ALICE, BOB, CAROL, type Product } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import {
  cardFor,
  click,
  downtimeOnHost,
  endingSince,
  goAhead,
  refusalFor,
  stakeholdersRead,
  stepsOnHost,
  whatRuns,
} from '../support/story/rollback-story.ts';

const FULL = [
  'recheck',
  'stop',
  'safety-backup',
  'checkout',
  'restore',
  'environment',
  'static',
  'start',
  'healthy',
  'stable',
];
const CODE_ONLY = ['recheck', 'stop', 'checkout', 'environment', 'static', 'start', 'healthy', 'stable'];
const DATABASE_ONLY = ['recheck', 'stop', 'safety-backup', 'restore', 'start', 'healthy', 'stable'];

describe.skipIf(!canMakeHosts())('on a real host, with bot and worker as separate processes', () => {
  let host: TestHost;
  let product: Product;

  beforeAll(async () => {
    host = await bootTestHost('rollback-modes');
    await host.control('restore-style', 'plain');
    ({ product } = await productFor(host));
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  it('rolls acme-kitchens back with its database after a second person approved', async () => {
    const before = await whatRuns(host, 'acme-kitchens');
    const leads = Number(await host.sql('sum_acme_kitchens', 'SELECT count(*) FROM website_lead'));
    expect(before.health).toBe(503);

    const card = await cardFor(product, '/rollback acme-kitchens v0.5.0 --reason "contact form is down"');
    expect(plainText(card)).toMatch(/: \d+ rows \(leadevents \d+, leads 1\), edits not counted/);
    expect(await click(product, ALICE, card, 'Approve')).toContain('cannot approve it yourself');
    expect(await click(product, CAROL, card, 'Approve')).toContain('You are not an approver of this site');
    expect(await goAhead(product, card)).toContain('Acme Kitchens is back');
    expect(await click(product, BOB, card, 'Approve')).toContain('has already ended');

    const after = await whatRuns(host, 'acme-kitchens');
    const wanted = await host.shell(
      "git -c safe.directory='*' -C /srv/git/acme-kitchens.git rev-parse v0.5.0^{commit}",
    );
    expect(after).toMatchObject({
      health: 200,
      head: wanted,
      cwd: '/srv/sum/acme-kitchens/app',
      sumCore: '0.5.0',
    });
    expect(after.startedAt).toBeGreaterThanOrEqual(after.checkedOutAt);
    // The backup has every lead except the one from after the upgrade. The tables of the upgrade are gone.
    expect(await host.sql('sum_acme_kitchens', 'SELECT count(*) FROM website_lead')).toBe(String(leads - 1));
    expect(await host.sql('sum_acme_kitchens', "SELECT to_regclass('website_leadevent') IS NULL")).toBe('t');
    expect(await stepsOnHost(host, 'acme-kitchens', 'acme-kitchens-1')).toEqual(FULL);
    expect(stakeholdersRead(product).join('\n')).toMatch(
      /Acme Kitchens.*is back\. It was down for .*is no longer there\. We kept a copy/s,
    );
    console.info(`downtime of full: ${await downtimeOnHost(host, 'acme-kitchens', 'acme-kitchens-1')} ms`);
  });

  it('rolls birch-bakery back by code alone, without a second person and without touching its database', async () => {
    const rows = "SELECT md5(string_agg(l::text, ',' ORDER BY id)) FROM website_lead l";
    const before = await host.sql('sum_birch_bakery', rows);

    const card = await cardFor(product, '/rollback birch-bakery v0.5.0');
    expect(plainText(card)).toContain('[Start]');
    expect(await goAhead(product, card)).toContain('Birch Bakery is back');

    const after = await whatRuns(host, 'birch-bakery');
    const wanted = await host.shell(
      "git -c safe.directory='*' -C /srv/git/birch-bakery.git rev-parse v0.5.0^{commit}",
    );
    expect(after).toMatchObject({ health: 200, head: wanted, cwd: '/srv/sum/birch-bakery/app' });
    expect(after.startedAt).toBeGreaterThanOrEqual(after.checkedOutAt);
    expect(await host.sql('sum_birch_bakery', rows)).toBe(before);
    expect(await stepsOnHost(host, 'birch-bakery', 'birch-bakery-1')).toEqual(CODE_ONLY);
    console.info(`downtime of code-only: ${await downtimeOnHost(host, 'birch-bakery', 'birch-bakery-1')} ms`);
  });

  it('restores only the database of birch-bakery and keeps the code', async () => {
    const before = await whatRuns(host, 'birch-bakery');
    expect(await host.sql('sum_birch_bakery', 'SELECT count(*) FROM website_lead')).toBe('15');

    const card = await cardFor(product, '/rollback birch-bakery --database-only');
    expect(await goAhead(product, card)).toContain('Birch Bakery is back');

    const after = await whatRuns(host, 'birch-bakery');
    expect(after).toMatchObject({ health: 200, head: before.head });
    expect(await host.sql('sum_birch_bakery', 'SELECT count(*) FROM website_lead')).toBe('12');
    expect(await stepsOnHost(host, 'birch-bakery', 'birch-bakery-2')).toEqual(DATABASE_ONLY);
    console.info(
      `downtime of database-only: ${await downtimeOnHost(host, 'birch-bakery', 'birch-bakery-2')} ms`,
    );
  });

  it('rolls dune-dental back: no tags, a VCS pin, migrations inside the package, a socket unit', async () => {
    const target = await host.shell(
      "git -c safe.directory='*' -C /srv/sum/dune-dental/app rev-parse HEAD@{1}",
    );
    const core = await host.shell(
      "git -c safe.directory='*' -C /srv/git/sum-core.git rev-parse v0.5.3^{commit}",
    );

    const card = await cardFor(product, '/rollback dune-dental v0.5.3');
    expect(plainText(card)).toContain('edits not counted');
    expect(plainText(card)).toMatch(/dune-dental_db_\d{8}T\d{6}Z\.sql\.gz/);
    expect(await goAhead(product, card)).toContain('Dune Dental is back');

    const after = await whatRuns(host, 'dune-dental');
    expect(after).toMatchObject({
      health: 200,
      head: target,
      cwd: '/srv/sum/dune-dental/app',
      sumCore: core,
    });
    expect(after.startedAt).toBeGreaterThanOrEqual(after.checkedOutAt);
    expect(await host.sql('sum_dune_dental', 'SELECT count(*) FROM sum_core_lead')).toBe('33');
    expect(await host.sql('sum_dune_dental', "SELECT to_regclass('sum_core_deliverylog') IS NULL")).toBe('t');
    expect(await host.run('systemctl', 'is-active', 'sum-dune-dental-gunicorn.socket')).toBe('active');
    expect(await stepsOnHost(host, 'dune-dental', 'dune-dental-1')).toEqual(FULL);
    console.info(
      `downtime of full on dune-dental: ${await downtimeOnHost(host, 'dune-dental', 'dune-dental-1')} ms`,
    );
  });

  it('puts the previous code back on its own if the target does not start', async () => {
    const before = await whatRuns(host, 'birch-bakery');

    const card = await cardFor(product, '/rollback birch-bakery v0.5.2');
    expect(plainText(card)).toContain('never ran here');
    const since = product.slack.mark();
    expect(await click(product, BOB, card, 'Deny')).toContain('You denied');
    expect(await endingSince(product, since)).toContain('was denied by');

    const broken = await cardFor(product, '/rollback birch-bakery v0.5.1');
    // The program of the unit disappears after the plan was made, so the start fails in the middle of the switch.
    await host.shell(
      'mkdir -p /etc/systemd/system/sum-birch-bakery-gunicorn.service.d && printf "[Service]\\nExecStartPre=/bin/sh -c \'! grep -q 0.5.1 /srv/sum/birch-bakery/app/VERSION\'\\n" > /etc/systemd/system/sum-birch-bakery-gunicorn.service.d/trial.conf && systemctl daemon-reload',
    );
    expect(await goAhead(product, broken)).toContain('was put back');

    const after = await whatRuns(host, 'birch-bakery');
    expect(after).toMatchObject({ health: 200, head: before.head, sumCore: before.sumCore });
  });

  it('rolls acme-kitchens back again after a deploy has installed into the environment of the first rollback', async () => {
    await host.shell(
      'runuser -u deploy -- env HOME=/home/deploy /srv/sum/bin/deploy.sh --site-slug acme-kitchens --ref v0.6.0 --no-restart >/dev/null 2>&1; systemctl restart sum-acme-kitchens-gunicorn sum-acme-kitchens-celery',
    );
    expect(await whatRuns(host, 'acme-kitchens')).toMatchObject({ sumCore: '0.6.0' });

    const card = await cardFor(product, '/rollback acme-kitchens v0.5.0');
    expect(await goAhead(product, card)).toContain('Acme Kitchens is back');

    expect(await whatRuns(host, 'acme-kitchens')).toMatchObject({ health: 200, sumCore: '0.5.0' });
  });

  it.each([
    ['/rollback acme-kitchen v0.5.0', 'acme-kitchens'],
    ['/rollback acme-kitchens v0.4.9', 'v0.4.0'],
    ['/rollback acme-kitchens --upload-pack=x', 'option'],
    ['/rollback acme-kitchens v0.5.0', 'is already live'],
    ['/rollback cedar-clinic v0.3.0', 'cannot install'],
    ['/rollback cedar-clinic v0.5.0 --code-only', 'lose data'],
  ])('refuses %s, visible only to the requester, and names %s', async (command, named) => {
    const posts = product.slack.messages('C01OPS').length;

    expect(await refusalFor(product, command)).toContain(named);

    expect(product.slack.messages('C01OPS').length).toBe(posts);
  });

  it('never sent anything that Slack refuses', () => {
    expect(product.slack.violations).toEqual([]);
  });
});
