import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf, type TestSite } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { ALICE, BOB, type Product } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import {
  cardFor,
  click,
  endingSince,
  goAhead,
  refusalFor,
  stakeholdersRead,
  stepsOnHost,
  whatRuns,
} from '../support/story/rollback-story.ts';

describe.skipIf(!canMakeHosts())('undo on a real host', () => {
  let host: TestHost;
  let product: Product;

  beforeAll(async () => {
    host = await bootTestHost('rollback-undo');
    ({ product } = await productFor(
      host,
      inventoryOf(host).replace(
        'defaults:\n',
        'defaults:\n  retention: { safetyBackups: 1, environments: 1 }\n',
      ),
    ));
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  /** Structure, rows and sequences of the whole database, without what a worker process writes all the time. */
  async function databaseOf(slug: TestSite): Promise<string> {
    const dump = (what: string) =>
      host.shell(
        `runuser -u postgres -- pg_dump --column-inserts ${what} sum_${slug.replace('-', '_')} | grep -v '^--\\|restrict\\|workerheartbeat' | sort`,
      );
    return `${await dump('--schema-only')}\n${await dump('--data-only')}`;
  }

  const packagesOf = (slug: TestSite) =>
    host.run('runuser', '-u', 'deploy', '--', `/srv/sum/${slug}/venv/bin/python`, '-m', 'pip', 'freeze');

  /** Sends an entry through the site's form, as a visitor would. Returns the HTTP status. */
  async function visitorSendsForm(slug: TestSite, name: string): Promise<string> {
    return host.shell(`jar=$(mktemp); page=https://${slug}.test/contact/
      token=$(curl -s -b $jar -c $jar $page | sed -n 's/.*csrfmiddlewaretoken" value="\\([^"]*\\)".*/\\1/p')
      curl -s -o /dev/null -w '%{http_code}' -b $jar -e $page -d csrfmiddlewaretoken=$token -d name=${name} -d email=${name}@example.com -d message=hello $page`);
  }

  it('brings back exactly the rows, code and environment before a full rollback, after a second person approved', async () => {
    const before = {
      runs: await whatRuns(host, 'acme-kitchens'),
      rows: await databaseOf('acme-kitchens'),
      packages: await packagesOf('acme-kitchens'),
    };
    const ending = await goAhead(product, await cardFor(product, '/rollback acme-kitchens v0.5.0'));
    expect(ending).toContain('Acme Kitchens is back');
    expect(ending).toContain('Can be undone');
    expect(ending).toContain('/rollback undo acme-kitchens-1');
    expect(await databaseOf('acme-kitchens')).not.toBe(before.rows);
    expect(await visitorSendsForm('acme-kitchens', 'ann')).toBe('302');
    expect(await visitorSendsForm('acme-kitchens', 'ben')).toBe('302');

    const card = await cardFor(product, '/rollback undo acme-kitchens-1 --reason "the wrong site"');
    console.info(plainText(card));
    expect(plainText(card)).toContain('Undo acme-kitchens-1: Acme Kitchens (production) back to v0.6.0?');
    expect(plainText(card)).toMatch(/Everything entered since the rollback, .*leads 2/);
    expect(plainText(card)).toMatch(/The database as it was just before acme-kitchens-1.*leads 1\b/);
    expect(await click(product, ALICE, card, 'Approve')).toContain('cannot approve it yourself');
    const since = product.slack.mark();
    expect(await click(product, BOB, card, 'Approve')).toContain('You approved');
    const undone = await endingSince(product, since);
    console.info(undone);

    expect(undone).toContain('Acme Kitchens is back');
    expect(undone).toContain('again, as before acme-kitchens-1');
    expect(await databaseOf('acme-kitchens')).toBe(before.rows);
    expect(await packagesOf('acme-kitchens')).toBe(before.packages);
    const after = await whatRuns(host, 'acme-kitchens');
    expect(after).toMatchObject({
      head: before.runs.head,
      health: before.runs.health,
      sumCore: before.runs.sumCore,
      cwd: '/srv/sum/acme-kitchens/app',
    });
    expect(after.startedAt).toBeGreaterThanOrEqual(after.checkedOutAt);
    expect(await stepsOnHost(host, 'acme-kitchens', 'acme-kitchens-2')).toContain('restore');
    // The rollback lost what was entered after its backup, and the undo what was entered after the rollback.
    expect(
      stakeholdersRead(product)
        .join('\n')
        .match(/Anything entered on the site between .* is no longer there/g),
    ).toHaveLength(2);
    // v0.6.0 is live again, so deploy scripts may install it.
    await host.shell(
      'for i in $(seq 300); do [ -n "$(ls /srv/sum/acme-kitchens/.rollback-bot/quarantine 2>/dev/null)" ] || exit 0; sleep 0.2; done; exit 1',
    );
  });

  it('can itself be undone, which brings back the rows entered after the rollback', async () => {
    expect(await refusalFor(product, '/rollback undo acme-kitchens-1')).toContain(
      'acme-kitchens-2 has already undone acme-kitchens-1.',
    );

    const ending = await goAhead(product, await cardFor(product, '/rollback undo acme-kitchens'));

    expect(ending).toContain('Acme Kitchens is back');
    expect(await whatRuns(host, 'acme-kitchens')).toMatchObject({ health: 200, sumCore: '0.5.0' });
    expect(
      await host.sql(
        'sum_acme_kitchens',
        "SELECT name FROM website_lead WHERE name IN ('ann', 'ben') ORDER BY 1",
      ),
    ).toBe('ann\nben');
  });

  it('keeps as many safety backups as the configuration says, always with the last one, and the doctor lists them', async () => {
    await host.shell(
      'for i in $(seq 150); do [ "$(ls /srv/sum/acme-kitchens/.rollback-bot/runs/*/safety.sql.gz | wc -l)" -gt 1 ] || exit 0; sleep 0.2; done; exit 1',
    );

    expect(await host.shell('ls /srv/sum/acme-kitchens/.rollback-bot/runs/*/safety.sql.gz')).toBe(
      '/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-3/safety.sql.gz',
    );
    expect((await product.command('doctor', 'acme-kitchens')).stdout).toMatch(
      /ok +acme-kitchens@production: kept for undo: safety backup of acme-kitchens-3 \(.*\), environment runs\/acme-kitchens-1\/venv-before \(.*\); limits: safety backups 1, environments 1/,
    );
  });

  it('is refused after a later deploy and changes nothing', async () => {
    const deploy = (ref: string) =>
      host.shell(
        `runuser -u deploy -- env HOME=/home/deploy git -C /srv/sum/acme-kitchens/app checkout -q --detach ${ref}`,
      );
    await deploy('v0.5.1');
    const before = { rows: await databaseOf('acme-kitchens'), runs: await whatRuns(host, 'acme-kitchens') };

    const said = await refusalFor(product, '/rollback undo acme-kitchens');

    console.info(said);
    expect(said).toContain('The site was changed after acme-kitchens-3: the code is v0.5.1');
    expect(said).toContain('undo-overtaken');
    expect(await databaseOf('acme-kitchens')).toBe(before.rows);
    expect(await whatRuns(host, 'acme-kitchens')).toEqual(before.runs);
    await deploy('v0.5.0');
  });

  it('undoes a code-only rollback without a second person and without touching the database', async () => {
    const before = await whatRuns(host, 'birch-bakery');
    const packages = await packagesOf('birch-bakery');
    await goAhead(product, await cardFor(product, '/rollback birch-bakery v0.5.0'));
    expect((await whatRuns(host, 'birch-bakery')).head).not.toBe(before.head);
    const rows = await databaseOf('birch-bakery');

    const card = await cardFor(product, '/rollback undo birch-bakery');
    expect(plainText(card)).toContain('[Start]');
    expect(plainText(card)).toContain(
      'Nothing. The database stays as it is, because birch-bakery-1 did not touch it',
    );
    expect(await goAhead(product, card)).toContain('Birch Bakery is back');

    const after = await whatRuns(host, 'birch-bakery');
    expect(after).toMatchObject({ health: 200, head: before.head, sumCore: before.sumCore });
    expect(await packagesOf('birch-bakery')).toBe(packages);
    expect(await databaseOf('birch-bakery')).toBe(rows);
    expect(await stepsOnHost(host, 'birch-bakery', 'birch-bakery-2')).not.toContain('restore');
  });

  it('never sent anything that Slack refuses', () => {
    expect(product.slack.violations).toEqual([]);
  });
});
