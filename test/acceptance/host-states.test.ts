import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf, type TestSite } from '../support/inventory.ts';
import { assembleProduct, type Product } from '../support/product.ts';
import { cardFor, goAhead, refusalFor, whatRuns } from '../support/rollback-story.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/test-host.ts';

describe.skipIf(!canMakeHosts())('a host that is not as it should be', () => {
  let host: TestHost;
  let product: Product;

  beforeAll(async () => {
    host = await bootTestHost('rollback-states');
    product = await assembleProduct({
      configuration: inventoryOf(host),
      privateKeyFile: host.privateKeyFile,
    });
    await product.start('bot');
    await product.start('worker');
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  async function withFlavour<T>(slug: TestSite, kind: string, work: () => Promise<T>): Promise<T> {
    await host.control('flavour', slug, kind, 'on');
    try {
      return await work();
    } finally {
      await host.control('flavour', slug, kind, 'off');
    }
  }

  it.each<[TestSite, string, string, string]>([
    ['acme-kitchens', 'lock', 'lock-held', 'deploy.lock'],
    ['acme-kitchens', 'dirty', 'dirty-tree', 'manage.py'],
    ['acme-kitchens', 'hostile-env', 'environment-unreadable', 'single quotes'],
    ['acme-kitchens', 'moved-tag', 'version-moved', 'on origin'],
    ['acme-kitchens', 'disk', 'disk-space', 'free'],
  ])(
    '%s with the flavour %s is refused with %s before anything is planned',
    async (slug, flavour, code, said) => {
      const refusal = await withFlavour(slug, flavour, () => refusalFor(product, `/rollback ${slug} v0.5.0`));

      expect(refusal).toContain(code);
      expect(refusal).toContain(said);
    },
  );

  it('asks for exactly the rights that are missing, and for none where the platform’s own are enough', async () => {
    await host.control('sudoers', 'golden');
    try {
      const refusal = await refusalFor(product, '/rollback acme-kitchens v0.5.0');
      expect(refusal).toContain(
        'deploy ALL=(root) NOPASSWD: /usr/bin/systemctl stop sum-acme-kitchens-celery.service, /usr/bin/systemctl start sum-acme-kitchens-celery.service',
      );

      const card = await cardFor(product, '/rollback birch-bakery v0.5.0');
      expect(await goAhead(product, card)).toContain('Birch Bakery is back');
    } finally {
      await host.control('sudoers', 'full');
    }
  });

  it.each<[string, string]>([
    ['lock', 'deploys this site'],
    ['dirty', 'no longer as it was approved'],
  ])('changes nothing when the flavour %s comes between approval and switch', async (flavour, said) => {
    const before = await whatRuns(host, 'acme-kitchens');
    const card = await cardFor(product, '/rollback acme-kitchens v0.5.0');

    const ending = await withFlavour('acme-kitchens', flavour, () => goAhead(product, card));

    expect(ending).toContain(said);
    expect(await whatRuns(host, 'acme-kitchens')).toEqual(before);
  });

  it('puts a site back whose target does not stay up, because it flaps', async () => {
    await withFlavour('birch-bakery', 'flap', async () => {
      const forward = await cardFor(product, '/rollback birch-bakery v0.5.1');
      expect(await goAhead(product, forward)).toContain('is back');
      const card = await cardFor(product, '/rollback birch-bakery v0.5.0');

      expect(await goAhead(product, card)).toContain('was put back');

      expect((await whatRuns(host, 'birch-bakery')).health).toBe(200);
    });
  });

  it('goes on without the git origin where the host has the commit, and says so', async () => {
    await withFlavour('birch-bakery', 'no-origin', async () => {
      const card = await cardFor(product, '/rollback birch-bakery v0.5.0');

      expect(plainText(card)).toContain('origin does not answer');
    });
    await product.slack.as('U01ALICE').command('C01OPS', '/rollback cancel birch-bakery');
  });

  it('ends what is left of the site’s own database sessions, so that a restore does not wait for them', async () => {
    await withFlavour('acme-kitchens', 'holder', async () => {
      const card = await cardFor(product, '/rollback acme-kitchens v0.5.0');

      expect(await goAhead(product, card)).toContain('Acme Kitchens is back');
    });
  });

  it('never said anything that Slack would refuse', () => {
    expect(product.slack.violations).toEqual([]);
  });
});
