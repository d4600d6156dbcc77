import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf } from '../support/fakes/inventory.ts';
import { type StatusServer, startStatusServer } from '../support/fakes/status-server.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { BOB, OPS, type Product, STATUS } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, click, goAhead, stakeholdersRead } from '../support/story/rollback-story.ts';

/** Times and durations of a real run, made comparable. */
function normalised(text: string): string {
  return text
    .replaceAll(/<!date\^\d+\^\{date_short_pretty\} at \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>/g, 'DAY')
    .replaceAll(/<!date\^\d+\^\{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>/g, 'TIME')
    .replaceAll(/for \d+ (?:seconds?|minutes?)\b/g, 'for DURATION');
}

/** When the next update comes according to a message, in milliseconds since 1970. */
function promisedBy(message: Message): number {
  const seconds = /Next update here by <!date\^(\d+)\^\{time\}/.exec(JSON.stringify(message.blocks))?.[1];
  return Number(seconds) * 1000;
}

describe.skipIf(!canMakeHosts())('stakeholders and their status page', () => {
  let host: TestHost;
  let product: Product;
  let page: StatusServer;

  beforeAll(async () => {
    page = await startStatusServer();
    host = await bootTestHost('rollback-stakeholders');
    await host.control('restore-style', 'plain');
    // The default is five minutes. The test with a decision cannot wait for so long.
    ({ product } = await productFor(
      host,
      inventoryOf(
        host,
        '',
        `{ channel: C02STATUS, webhook: { url: "${page.url}", stillWorking: true } }`,
      ).replace(
        'domain: cedar-clinic.test\n',
        'domain: cedar-clinic.test\n    stakeholders: { every: 10s }\n',
      ),
    ));
  });

  afterAll(async () => {
    await product?.stop();
    await page?.close();
    await host?.destroy();
  });

  /** The newest notice and the messages of its thread. */
  function thread(): readonly Message[] {
    const notice = product.slack.messages(STATUS).findLast(({ threadTs }) => threadTs === undefined);
    return notice ? [notice, ...product.slack.thread(STATUS, notice.ts)] : [];
  }

  it('read about a full rollback in words for a shop owner, and the status page gets each update in the end', async () => {
    page.replies.push(503, 503);

    const card = await cardFor(product, '/rollback acme-kitchens v0.5.0');
    expect(await goAhead(product, card)).toContain('Acme Kitchens is back');

    await product.slack.waitForMessage(
      (one) => one.channel === STATUS && one.threadTs !== undefined && /\* is back\./.test(plainText(one)),
      { timeoutMs: 60_000 },
    );
    const read = stakeholdersRead(product);
    expect(read.map(normalised)).toEqual([
      ":white_check_mark: *Acme Kitchens is back.* The last update is in the thread. This was the first one:\n*Acme Kitchens* (acme-kitchens.test) is not available right now. We have been putting it back to an earlier state since DAY. Visitors may see an error page until we are done. You don't need to do anything. Next update here by TIME.",
      '*Acme Kitchens* is back. It was down for DURATION, starting DAY. Anything entered on the site between DAY and DAY (orders, messages, page changes) is no longer there. We kept a copy: if you miss something, ask the team that looks after the site.',
    ]);
    expect(thread().at(-1)?.alsoInChannel).toBe(true);
    await expect.poll(() => page.calls.at(-1)?.body['status'], { timeout: 30_000 }).toBe('restored');
    const keys = page.calls.map(({ key }) => key ?? '');
    // Refused twice and then accepted, before the site was back.
    expect(keys).toEqual([
      'acme-kitchens-1-started',
      'acme-kitchens-1-started',
      'acme-kitchens-1-started',
      'acme-kitchens-1-end',
    ]);
    expect(new Set(page.calls.slice(0, 3).map(({ body }) => JSON.stringify(body)))).toHaveLength(1);
    expect(page.calls.at(-1)?.body).toMatchObject({
      run: 'acme-kitchens-1',
      slug: 'acme-kitchens',
      environment: 'production',
      site: 'Acme Kitchens',
      domain: 'acme-kitchens.test',
      nextAt: null,
      downtimeSeconds: expect.any(Number),
      lostFrom: expect.any(String),
    });
    console.info(read.join('\n\n'));
  });

  it('get the promised update while people are deciding, and the last one from the person who finishes', async () => {
    page.calls.length = 0;
    const since = product.slack.mark();
    const card = await cardFor(product, '/rollback cedar-clinic v0.5.0');
    // Only now: on a busy machine this version would not survive the preflight either.
    await host.control('flavour', 'cedar-clinic', 'flap', 'on');
    await click(product, BOB, card, 'Approve');
    const stop = await product.slack.waitForMessage(
      (one) => one.channel === OPS && plainText(one).split('\n')[0] === 'Cedar Clinic needs a decision',
      { timeoutMs: 180_000, since },
    );
    const called = () => thread().filter((one) => plainText(one).includes('We have called the team'));
    await expect.poll(() => called().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);

    const words = thread();
    for (const [index, word] of words.slice(1).entries())
      expect(Number(word.ts) * 1000).toBeLessThan(promisedBy(words[index] as Message) + 3_000);
    await expect
      .poll(() => page.calls.some(({ body }) => body['status'] === 'people-called'), { timeout: 30_000 })
      .toBe(true);

    await click(product, BOB, stop, 'Take over by hand');
    const closed = () => product.slack.message(stop.channel, stop.ts) ?? stop;
    await expect.poll(() => plainText(closed()), { timeout: 30_000 }).toContain('[The site is back]');
    await host.control('flavour', 'cedar-clinic', 'flap', 'off');
    expect(await click(product, BOB, closed(), 'The site is back')).toContain('that it is back');

    await expect.poll(() => page.calls.at(-1)?.key, { timeout: 30_000 }).toBe('cedar-clinic-1-back');
    await expect
      .poll(
        () =>
          thread()
            .map((one) => normalised(plainText(one)))
            .at(-1),
        { timeout: 30_000 },
      )
      .toBe(
        '*Cedar Clinic* is back. It was down for DURATION, starting DAY. If something you entered is missing, ask the team that looks after the site.',
      );
  });

  it('never sent anything that Slack refuses', () => {
    expect(product.slack.violations).toEqual([]);
  });
});
