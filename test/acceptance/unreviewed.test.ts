import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import { hasRun, isCheckedOut, pushUnreviewed, reached } from '../support/host/pushed-commit.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { ALICE, BOB, OPS, type Product } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, click, refusalFor } from '../support/story/rollback-story.ts';

const SITE = 'birch-bakery';

const NOT_CONFINED = "The host can't keep a build away from the site";

/** A version that somebody has pushed to a branch, and that leaves a mark as soon as any of its code runs. */
describe.skipIf(!canMakeHosts())('a version that nobody has reviewed, on a real host', () => {
  let host: TestHost;
  let product: Product;
  let commit: string;

  beforeAll(async () => {
    host = await bootTestHost('rollback-unreviewed');
    // The test host is a container that hides a part of /proc, so that nobody inside could have one of their own.
    await host.run('umount', '-l', '/proc/sys');
    // As on hosts whose homes are on a disk of their own.
    await host.shell('mount --bind /home /home && mount -o remount,bind,nosuid,nodev /home');
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
    expect(await reached(host, SITE)).toEqual(['']);
    expect(plainText(plan)).not.toContain(NOT_CONFINED);
    const audit = await product.command('audit', 'verify');
    expect(audit.stdout).toContain('0 problems');
  });

  it('builds with the site in reach where the host cannot help it, and the plan and doctor say so', async () => {
    await host.run('chmod', '0700', '/usr/bin/unshare');
    const next = await pushUnreviewed(host, SITE, 'feature/faster-still');
    const card = await cardFor(product, `/rollback ${SITE} ${next.slice(0, 12)} --dry-run`);
    const since = product.slack.mark();

    await click(product, BOB, card, 'Approve');

    const plan = await messageSince(since, 'Dry run: Roll Birch Bakery');
    expect(plainText(plan)).toContain(NOT_CONFINED);
    // Some kernels do not show the variables of another service to the same login.
    expect((await reached(host, SITE)).join('\n')).toMatch(
      /^backups bot env (environ )?home processes site$/,
    );
    expect((await product.command('doctor', SITE)).stdout).toContain(
      'builds: what builds a version can read .env',
    );
    await host.run('chmod', '0755', '/usr/bin/unshare');
  });

  it('builds a version of the deployed branch without asking, although it never ran here', async () => {
    const released = await host.shell(
      `git -c safe.directory='*' -C /srv/git/${SITE}.git rev-parse 'v0.4.0^{commit}'`,
    );

    expect(await refusalFor(product, `/rollback ${SITE} v0.4.0`)).toContain('backup-missing');
    expect(await isCheckedOut(host, SITE, released)).toBe(true);
  });
});
