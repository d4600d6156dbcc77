import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf, type TestSite } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { ALICE, BOB, CAROL, OPS, type Product, type ProductProcess } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, click, goAhead, refusalFor } from '../support/story/rollback-story.ts';

/** The lines of docs/follow-ups.md for a deploy script. */
const SNIPPET = /```sh\n(.*?)```/s.exec(readFileSync('docs/follow-ups.md', 'utf8'))?.[1] ?? '';
const SLACK_MS = 30_000;

describe.skipIf(!canMakeHosts())('follow-ups of a rollback on a real host', () => {
  let host: TestHost;
  let product: Product;
  let worker: ProductProcess;

  beforeAll(async () => {
    host = await bootTestHost('rollback-follow');
    ({ product, worker } = await productFor(host, inventoryOf(host, '  followUps: { remind: 10s }\n')));
    await host.shell(
      `cat >/srv/sum/bin/careful-deploy.sh <<'END'\n#!/bin/bash\nset -eu\nSITE_SLUG=$1 REF=$2\n${SNIPPET}exec /srv/sum/bin/deploy.sh --site-slug "$SITE_SLUG" --ref "$REF" --no-restart\nEND\nchmod 755 /srv/sum/bin/careful-deploy.sh`,
    );
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  it('quarantine the version that the rollback left, and a deploy script sees that', async () => {
    expect(await goAhead(product, await cardFor(product, '/rollback acme-kitchens v0.5.0'))).toContain(
      'Acme Kitchens is back',
    );
    await files('acme-kitchens', 'v0.6.0');

    const said = await deploy('acme-kitchens', 'v0.6.0');
    expect(said).toContain('v0.6.0 is quarantined for this site');
    expect(said).toMatch(/^acme-kitchens-1\t20.*Z\tleft v0\.6\.0 \([0-9a-f]{8}\) for v0\.5\.0/m);
    expect(said).toMatch(/^exit 1$/m);
    expect(await deploy('acme-kitchens', await commitOf('acme-kitchens', 'v0.6.0'))).toMatch(/^exit 1$/m);
    expect(await deploy('acme-kitchens', 'v0.5.1')).toMatch(/^exit 0$/m);
  });

  it('are named to anyone who asks for that version', async () => {
    expect(await refusalFor(product, '/rollback acme-kitchens v0.6.0 --dry-run')).toContain(
      'v0.6.0 is quarantined for this site: acme-kitchens-1 rolled back from it, and its follow-ups are still open.',
    );
    expect(await refusalFor(product, '/rollback acme-kitchens v0.6.9')).toContain('v0.6.0 (quarantined)');
    expect(await told(ALICE, '/rollback sites')).toMatch(
      /acme-kitchens\.test: v0\.6\.0 quarantined since .*, run acme-kitchens-1$/m,
    );
  });

  it('are a list in the thread that people take and close, and every click gets an answer', async () => {
    expect(await press(BOB, 'Take 1')).toContain('You have "Root cause" now.');
    const old = await list();
    expect(await press(CAROL, 'Take 2')).toContain('You may not work on the follow-ups of acme-kitchens-1');
    expect(await press(BOB, 'Take 2')).toContain('You have "Fix tested in staging" now.');
    expect(await press(ALICE, 'Give back 2')).toContain('"Fix tested in staging" is free again.');
    expect(await press(ALICE, 'Done 1')).toContain('"Root cause" is done.');
    expect(await click(product, ALICE, old, 'Done 1')).toContain(
      `"Root cause" was already done by <@${ALICE}>`,
    );
    expect(await press(ALICE, 'Not done 1')).toContain('"Root cause" is open again.');
    await shown(new RegExp(`Root cause\\*?\\n.*\\n.*<@${BOB}> took it`));
  });

  it('come with reminders: to the person who has an item, or to the requester if nobody has it', async () => {
    const since = product.slack.mark();
    const reminder = await product.slack.waitForMessage(
      (one) =>
        one.threadTs !== undefined && one.text.includes('follow-ups of acme-kitchens-1 are still open'),
      { timeoutMs: 60_000, since },
    );
    const text = plainText(reminder);
    expect(text).toContain(`• Root cause: <@${BOB}>`);
    expect(text).toContain('• Fix tested in staging: nobody has it');
    expect(text).toContain(`:hourglass: <@${BOB}> <@${ALICE}>`);
    const { stdout } = await product.command('audit', 'export', 'acme-kitchens-1');
    expect(stdout).toMatch(/"type":"reminded"/);
  });

  it('end the quarantine when all are done, even if no worker is running at that moment', async () => {
    for (const label of ['Done 1', 'Done 2', 'Done 3']) expect(await press(BOB, label)).toContain('is done.');
    expect(await deploy('acme-kitchens', 'v0.6.0')).toMatch(/^exit 1$/m);
    await worker.kill();

    expect(await press(BOB, 'Done 4')).toContain(
      'That was the last follow-up of acme-kitchens-1. Its quarantine of v0.6.0 is lifted.',
    );
    expect(await deploy('acme-kitchens', 'v0.6.0')).toMatch(/^exit 1$/m);

    worker = await product.start('worker');
    await files('acme-kitchens', '');
    expect(await deploy('acme-kitchens', 'v0.6.0')).toMatch(/^exit 0$/m);
    expect(await told(ALICE, '/rollback sites')).not.toContain('quarantined');
    expect(await shown(/follow-ups are done.*\n.*quarantine of v0\.6\.0 is lifted/)).not.toContain('[Take');
  });

  it('make a rollback to the quarantined version need a second person, with a warning', async () => {
    expect(await goAhead(product, await cardFor(product, '/rollback birch-bakery v0.5.0'))).toContain(
      'Birch Bakery is back',
    );
    await files('birch-bakery', 'v0.5.1');

    // Without Slack and Redis, only the files on the host say so.
    const plan = await product.command('plan', 'birch-bakery', 'v0.5.1');
    expect(plan.stdout).toMatch(
      /^Warning +v0\.5\.1 has been quarantined for this site since .*: birch-bakery-1 rolled back from it\. The file on the host says: left v0\.5\.1 /m,
    );

    const card = plainText(await cardFor(product, '/rollback birch-bakery v0.5.1'));
    expect(card).toContain('v0.5.1 has been quarantined for this site since');
    expect(card).toContain('Still open: Root cause (nobody has it)');
    expect(card).toContain('this version is quarantined for this site');
    expect(card).toContain('[Approve]');
  });

  it('can be closed by a person with a reason', async () => {
    const { slack } = product;
    const since = slack.mark();
    await slack.as(BOB).click(await list('birch-bakery-1'), 'Close all …');
    const [view] = await vi.waitUntil(() => nonEmpty(slack.as(BOB).openModals()), { timeout: SLACK_MS });
    await slack.as(BOB).submit(view, { reason: 'v0.5.2 replaces it' });
    const answer = await slack.waitForMessage((one) => one.ephemeralFor === BOB, {
      timeoutMs: SLACK_MS,
      since,
    });

    expect(plainText(answer)).toContain('You closed the follow-ups of birch-bakery-1.');
    await files('birch-bakery', '');
    await shown(/closed the follow-ups.*\n.*quarantine of v0\.5\.1 is lifted.*\nWhy: v0\.5\.2 replaces it/);
  });

  it('never sent anything that Slack refuses', () => {
    expect(product.slack.violations).toEqual([]);
  });

  /** Waits until the host quarantines exactly these names besides the commit; empty: none. */
  async function files(slug: TestSite, names: string): Promise<void> {
    await host.shell(
      `end=$((SECONDS + 60)); until [ "$(ls /srv/sum/${slug}/.rollback-bot/quarantine | grep -vE '^[0-9a-f]{40}$' | tr '\\n' ' ')" = "${names}${names && ' '}" ]; do [ $SECONDS -lt $end ] || exit 1; sleep 0.1; done`,
    );
    if (names === '') await host.shell(`[ -z "$(ls /srv/sum/${slug}/.rollback-bot/quarantine)" ]`);
  }

  /** The output of the deploy script, with `exit` and its code in the last line. */
  async function deploy(slug: TestSite, ref: string): Promise<string> {
    return host.shell(
      `runuser -u deploy -- env HOME=/home/deploy /srv/sum/bin/careful-deploy.sh ${slug} ${ref} 2>&1 || code=$?; echo "exit \${code:-0}"`,
    );
  }

  async function commitOf(slug: TestSite, ref: string): Promise<string> {
    return host.shell(`git -c safe.directory='*' -C /srv/git/${slug}.git rev-parse '${ref}^{commit}'`);
  }

  async function list(run = 'acme-kitchens-1'): Promise<Message> {
    return product.slack.waitForMessage(
      (one) =>
        one.channel === OPS &&
        one.threadTs !== undefined &&
        /Before anyone tries|follow-ups/.test(plainText(one)) &&
        plainText(one).includes(run) &&
        !plainText(one).includes('was rolled back'),
      { timeoutMs: SLACK_MS },
    );
  }

  /** Waits for a message in a thread that matches, and returns its text. */
  async function shown(what: RegExp): Promise<string> {
    return plainText(
      await product.slack.waitForMessage((one) => one.threadTs !== undefined && what.test(plainText(one)), {
        timeoutMs: SLACK_MS,
      }),
    );
  }

  /** Presses a button of the list as soon as it is there, and returns the answer. */
  async function press(person: string, label: string): Promise<string> {
    const shown = await product.slack.waitForMessage(
      (one) => one.threadTs !== undefined && plainText(one).includes(`[${label}]`),
      { timeoutMs: SLACK_MS },
    );
    return click(product, person, shown, label);
  }

  async function told(person: string, command: string): Promise<string> {
    const since = product.slack.mark();
    await product.slack.as(person).command(OPS, command);
    const answer = await product.slack.waitForMessage((one) => one.ephemeralFor === person, {
      timeoutMs: SLACK_MS,
      since,
    });
    return plainText(answer);
  }
});

function nonEmpty<Item>([first, ...rest]: readonly Item[]): readonly [Item, ...Item[]] | undefined {
  return first === undefined ? undefined : [first, ...rest];
}
