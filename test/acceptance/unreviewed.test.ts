import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import { hasRun, isCheckedOut, pushUnreviewed } from '../support/host/pushed-commit.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { ALICE, BOB, OPS, type Product } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, click, refusalFor } from '../support/story/rollback-story.ts';

const SITE = 'birch-bakery';

/** A version that somebody has pushed to a branch, and that leaves a mark as soon as any of its code runs. */
describe.skipIf(!canMakeHosts())('a version that nobody has reviewed, on a real host', () => {
  let host: TestHost;
  let product: Product;
  let commit: string;

  beforeAll(async () => {
    host = await bootTestHost('rollback-unreviewed');
    ({ product } = await productFor(host));
    commit = await pushUnreviewed(host, SITE, 'feature/faster');
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  const untouched = async () => {
    expect(await hasRun(host, SITE)).toBe(false);
    expect(await isCheckedOut(host, SITE, commit)).toBe(false);
  };

  const messageSince = (since: number, holds: string): Promise<Message> =>
    product.slack.waitForMessage((one) => one.channel === OPS && plainText(one).includes(holds), {
      timeoutMs: 120_000,
      since,
    });

  it('is not built for a plan in the terminal, nor by the readiness check', async () => {
    const plan = await product.command('plan', SITE, commit.slice(0, 12));

    expect(plan.code).not.toBe(0);
    expect(plan.stderr).toContain('the deployed branch main has never stood there');
    expect(plan.stderr).toContain(`Mallory Jones (so the commit says)`);
    await untouched();
    await product.command('readiness', SITE);
    await untouched();
  });

  it('is not built before an approver agrees, nor after one says no: for a rollback', async () => {
    const card = await cardFor(product, `/rollback ${SITE} ${commit.slice(0, 12)}`);

    const text = plainText(card);
    expect(text).toContain(`Build ${commit.slice(0, 12)} for Birch Bakery (production)?`);
    expect(text).toContain('to be v0.5.0; whoever pushed it chose that');
    expect(text).toContain('feature/faster');
    expect(text).toContain('not as the live version: ');
    expect(text).toContain('requirements.txt');
    await untouched();
    expect(await click(product, ALICE, card, 'Approve')).toContain('you cannot approve it yourself');
    const since = product.slack.mark();
    expect(await click(product, BOB, card, 'Deny')).toContain('You denied birch-bakery-');
    await messageSince(since, 'was denied by');
    await untouched();
  });

  it('is built for a dry run only after an approver agrees, and then the plan comes', async () => {
    const card = await cardFor(product, `/rollback ${SITE} ${commit.slice(0, 12)} --dry-run`);
    await untouched();
    const since = product.slack.mark();

    expect(await click(product, BOB, card, 'Approve')).toContain(
      `You approved building ${commit.slice(0, 12)}`,
    );

    const plan = await messageSince(since, 'Dry run: Roll Birch Bakery');
    expect(plainText(plan)).toContain('never ran here');
    expect(await hasRun(host, SITE)).toBe(true);
    const audit = await product.command('audit', 'verify');
    expect(audit.stdout).toContain('0 problems');
  });

  it('builds a version of the deployed branch without asking, although it never ran here', async () => {
    const released = await host.shell(
      `git -c safe.directory='*' -C /srv/git/${SITE}.git rev-parse 'v0.4.0^{commit}'`,
    );

    expect(await refusalFor(product, `/rollback ${SITE} v0.4.0`)).toContain('backup-missing');
    expect(await isCheckedOut(host, SITE, released)).toBe(true);
  });
});
