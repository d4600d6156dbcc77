import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import type { TestSite } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { BOB, type Product } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, endingSince, goAhead, refusalFor, whatRuns } from '../support/story/rollback-story.ts';

describe.skipIf(!canMakeHosts())('the preflight on a real host', () => {
  let host: TestHost;
  let product: Product;

  beforeAll(async () => {
    host = await bootTestHost('rollback-evidence');
    await host.control('restore-style', 'plain');
    ({ product } = await productFor(host));
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  const byHand = (slug: TestSite, command: string) =>
    host.shell(`cd /srv/sum/${slug}/app && runuser -u deploy -- env HOME=/home/deploy ${command}`);

  it('refuses if Redis is down, before anything is built, and plans once it is back', async () => {
    await host.run('systemctl', 'stop', 'redis-server');
    const refusal = await refusalFor(product, '/rollback dune-dental v0.5.3');
    await host.run('systemctl', 'start', 'redis-server');

    expect(refusal).toContain('cause-elsewhere');
    expect(refusal).toContain('Redis at localhost:6379 is not running');
    expect(await host.shell('ls /srv/sum/dune-dental/.rollback-bot 2>/dev/null || echo none')).toBe('none');
    await cardFor(product, '/rollback dune-dental v0.5.3');
    await product.slack.as('U01ALICE').command('C01OPS', '/rollback cancel dune-dental');
  });

  it('refuses if the database is down', async () => {
    await host.run('systemctl', 'stop', 'postgresql');
    const refusal = await refusalFor(product, '/rollback birch-bakery v0.5.0');
    await host.shell(
      'systemctl start postgresql; until runuser -u postgres -- psql -Atc "select 1" >/dev/null 2>&1; do sleep 0.1; done',
    );

    expect(refusal).toContain('cause-elsewhere');
    expect(refusal).toContain('The database does not answer: connection to server at');
  });

  it('finds a rollback by hand that ended with a half-dropped database, and finishes it', async () => {
    await host.shell('systemctl stop sum-acme-kitchens-gunicorn sum-acme-kitchens-celery');
    await byHand('acme-kitchens', 'git checkout --quiet v0.5.0');
    const restored = await byHand(
      'acme-kitchens',
      `bash -c '/srv/sum/bin/restore_db.sh --site-slug acme-kitchens --file $(ls /srv/sum/acme-kitchens/backups/*.sql.gz | tail -1) --i-know-this-will-overwrite --no-restart >/dev/null 2>&1; echo $?'`,
    );
    expect(restored).toBe('3');

    const card = await cardFor(product, '/rollback acme-kitchens v0.5.0');
    const text = plainText(card);
    expect(text).toContain('Finish the rollback of Acme Kitchens (production) to v0.5.0');
    expect(text).toContain('the environment has sum-core 0.6.0, but the code pins 0.5.0');
    expect(text).toContain('sum-acme-kitchens-celery.service is not running (inactive)');
    expect(text).toContain('the database has website.0003_split_lead_name, which this code does not know');
    expect(await goAhead(product, card)).toContain('Acme Kitchens is back');

    const wanted = await host.shell(
      "git -c safe.directory='*' -C /srv/git/acme-kitchens.git rev-parse v0.5.0^{commit}",
    );
    expect(await whatRuns(host, 'acme-kitchens')).toMatchObject({
      health: 200,
      head: wanted,
      sumCore: '0.5.0',
    });
    expect(await refusalFor(product, '/rollback acme-kitchens v0.5.0')).toContain('is already live');
  });

  it('finds code that was checked out and never started: puts it back if its start fails, and finishes it otherwise', async () => {
    await byHand('birch-bakery', 'git checkout --quiet v0.5.0');
    const before = await whatRuns(host, 'birch-bakery');
    const card = await cardFor(product, '/rollback birch-bakery v0.5.0');
    expect(plainText(card)).toContain('has been running since before this code was checked out');
    expect(plainText(card)).toContain('the bot puts the live environment back');
    const unit = '/etc/systemd/system/sum-birch-bakery-gunicorn.service.d';
    await host.shell(
      `mkdir -p ${unit} && printf "[Service]\\nExecStartPre=/bin/sh -c '! test -L /srv/sum/birch-bakery/venv'\\n" > ${unit}/trial.conf && systemctl daemon-reload`,
    );

    expect(await goAhead(product, card)).toContain('was put back');

    expect(await whatRuns(host, 'birch-bakery')).toMatchObject({ health: 200, head: before.head });
    expect(await host.shell('test -L /srv/sum/birch-bakery/venv || echo as before')).toBe('as before');
    await host.shell(`rm -r ${unit} && systemctl daemon-reload`);
    await byHand('birch-bakery', 'git checkout --quiet v0.5.1');
    await byHand('birch-bakery', 'git checkout --quiet v0.5.0');
    expect(await goAhead(product, await cardFor(product, '/rollback birch-bakery v0.5.0'))).toContain(
      'Birch Bakery is back',
    );
    const after = await whatRuns(host, 'birch-bakery');
    expect(after).toMatchObject({ health: 200, head: before.head });
    expect(after.startedAt).toBeGreaterThanOrEqual(after.checkedOutAt);
  });

  it('finds a migration that does not affect old code: the code alone may go back, with a second person', async () => {
    await byHand('birch-bakery', 'git checkout --quiet v0.5.1');
    await byHand(
      'birch-bakery',
      `bash -c 'last=$(cd website/migrations && ls 0002*.py); printf "%s\\n" "from django.db import migrations, models" "class Migration(migrations.Migration):" "    dependencies = [(\\"website\\", \\"\${last%.py}\\")]" "    operations = [migrations.AddIndex(model_name=\\"lead\\", index=models.Index(fields=[\\"email\\"], name=\\"lead_email\\"))]" > website/migrations/0003_index.py
        git add --all && git -c user.name=Dev -c user.email=dev@example.test commit --quiet --message Index
        set -a; . /srv/sum/birch-bakery/.env; ../venv/bin/python manage.py migrate >/dev/null'`,
    );
    await host.run('systemctl', 'restart', 'sum-birch-bakery-gunicorn');

    const card = await cardFor(product, '/rollback birch-bakery v0.5.1 --code-only');

    expect(plainText(card)).toContain(
      'the database keeps website.0003_index, which this version does not know',
    );
    expect(plainText(card)).toContain('[Approve]');
    expect(await goAhead(product, card)).toContain('Birch Bakery is back');
    expect(await host.sql('sum_birch_bakery', "SELECT to_regclass('lead_email') IS NOT NULL")).toBe('t');
    expect(await refusalFor(product, '/rollback cedar-clinic v0.5.0 --code-only')).toContain('lose data');
  });

  it('counts the rows that a restore would lose, and finds a table that cannot be backed up', async () => {
    const card = await cardFor(product, '/rollback cedar-clinic v0.5.0');
    expect(plainText(card)).toMatch(/: \d+ rows \(leadevents \d+/);
    await product.slack.as('U01ALICE').command('C01OPS', '/rollback cancel cedar-clinic');
    await host.sql('sum_cedar_clinic', 'REVOKE SELECT ON website_lead FROM sum_cedar_clinic');

    expect(await refusalFor(product, '/rollback cedar-clinic v0.5.0')).toContain('public.website_lead');
  });

  it('counts again when someone is about to approve, and shows Approve next to the figures', async () => {
    await host.sql('sum_cedar_clinic', 'GRANT SELECT ON website_lead TO sum_cedar_clinic');
    const card = await cardFor(product, '/rollback cedar-clinic v0.5.0');
    await host.sql(
      'sum_cedar_clinic',
      'DELETE FROM website_leadevent WHERE id IN (SELECT id FROM website_leadevent ORDER BY id LIMIT 5)',
    );
    const left = await host.sql('sum_cedar_clinic', 'SELECT count(*) FROM website_leadevent');
    const bob = product.slack.as(BOB);
    const since = product.slack.mark();

    await bob.click(card, 'What is lost now');
    const view = await product.slack.waitForModal(BOB, (modal) =>
      JSON.stringify(modal).includes('Rows in total'),
    );

    expect(plainText(card)).not.toContain(`leadevents ${left}`);
    expect(JSON.stringify(view)).toContain(`leadevents: ${left} rows now`);
    await bob.submit(view);
    expect(await endingSince(product, since)).toContain('Cedar Clinic is back');
  });

  it('never sent anything that Slack refuses', () => {
    expect(product.slack.violations).toEqual([]);
  });
});
