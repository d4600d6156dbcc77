import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf, siteUrl } from '../support/inventory.ts';
import { ALICE, assembleProduct, BOB, OPS, type Product, STATUS } from '../support/product.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/test-host.ts';

describe.skipIf(!canMakeHosts())('a full rollback of acme-kitchens', () => {
  let host: TestHost;
  let product: Product;
  let worker: import('../support/product.ts').ProductProcess;

  beforeAll(async () => {
    host = await bootTestHost('rollback-a');
    product = await assembleProduct({
      configuration: inventoryOf(host),
      privateKeyFile: host.privateKeyFile,
    });
    await product.start('bot');
    worker = await product.start('worker');
  });

  afterAll(async () => {
    await product?.stop();
    console.log(worker?.log());
    await host?.destroy();
  });

  it('brings the site back after a second person approved', async () => {
    const { slack } = product;
    expect((await fetch(`${siteUrl(host, 'acme-kitchens')}/health/`)).status).toBe(503);

    await slack.as(ALICE).command(OPS, '/rollback acme-kitchens v0.5.0');
    const card = await slack.waitForMessage(
      (message) => plainText(message).includes('Approve') && message.channel === OPS,
      120_000,
    );
    console.log(plainText(card));
    await slack.as(ALICE).click(card, 'Approve', { confirm: true });
    await slack.waitForMessage(
      (message) =>
        message.ephemeralFor === ALICE && plainText(message).includes('cannot approve it yourself'),
    );
    await slack.as(BOB).click(card, 'Approve', { confirm: true });
    const end = await slack.waitForMessage(
      (message) =>
        /is back|needs a decision|failed|nothing was changed/.test(plainText(message)) &&
        message.threadTs === undefined &&
        message.channel === OPS,
      120_000,
    );
    console.log(slack.messages(OPS).map(plainText).join('\n=======\n'));
    console.log(slack.messages(STATUS).map(plainText).join('\n=======\n'));
    console.log(
      slack
        .messages(STATUS)
        .flatMap((m) => slack.thread(STATUS, m.ts))
        .map(plainText)
        .join('\n=======\n'),
    );
    expect(plainText(end)).toContain('is back');
    expect((await fetch(`${siteUrl(host, 'acme-kitchens')}/health/`)).status).toBe(200);
    expect(slack.violations).toEqual([]);
  });
});
