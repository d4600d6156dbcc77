import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { ALICE, OPS, type Product, type ProductProcess } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, downtimeOnHost, goAhead } from '../support/story/rollback-story.ts';

const RUN = 'acme-kitchens-1';
const FOLDER = `/srv/sum/acme-kitchens/.rollback-bot/runs/${RUN}`;

describe.skipIf(!canMakeHosts())('after a full rollback on a real host', () => {
  let host: TestHost;
  let product: Product;
  let bot: ProductProcess;

  beforeAll(async () => {
    host = await bootTestHost('rollback-summary');
    ({ product, bot } = await productFor(host));
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  const inThread = () =>
    product.slack.messages(OPS).flatMap((message) => product.slack.thread(OPS, message.ts));
  const files = () => inThread().flatMap((message) => message.files);
  const answerTo = async (command: string): Promise<string> => {
    const since = product.slack.mark();
    await product.slack.as(ALICE).command(OPS, command);
    const answer = await product.slack.waitForMessage((one) => one.ephemeralFor === ALICE, {
      timeoutMs: 60_000,
      since,
    });
    return plainText(answer);
  };

  it('the thread has the file once, even after a restart of the bot', async () => {
    const card = await cardFor(product, '/rollback acme-kitchens v0.5.0 --reason "contact form is down"');
    const since = product.slack.mark();
    expect(await goAhead(product, card)).toContain('Acme Kitchens is back');
    await product.slack.waitForMessage((message) => message.files.length > 0, { timeoutMs: 60_000, since });

    await bot.kill();
    bot = await product.start('bot');
    const boxes = inThread().find((message) =>
      plainText(message).includes('Look at the homepage on your phone'),
    );
    if (boxes === undefined) throw new Error('there are no boxes to tick');
    await product.slack.as(ALICE).select(boxes, 'boxes', ['Look at the homepage on your phone']);
    await expect
      .poll(
        () =>
          inThread()
            .map(plainText)
            .find((text) => text.startsWith('Summary of')),
        {
          timeout: 120_000,
          interval: 200,
        },
      )
      .not.toContain('phone');

    expect(files().map(({ name }) => name)).toEqual([`${RUN}.md`]);
    expect(product.slack.violations).toEqual([]);
  });

  it('the file has the downtime from the host’s own journal, and only names paths that exist', async () => {
    const text = files()[0]?.content.toString() ?? '';
    const [, said, from = '', to = ''] =
      /^\| Downtime \| ([\d.]+) s: from (\S+ \S+) UTC to (\S+ \S+) UTC \|$/m.exec(text) ?? [];
    const journal = await downtimeOnHost(host, 'acme-kitchens', RUN);

    expect(said).toBe((journal / 1000).toFixed(1));
    expect(Math.abs(Date.parse(`${to}Z`) - Date.parse(`${from}Z`) - journal)).toBeLessThan(1000);
    expect(text).toContain('| Reason | contact form is down |');
    const named = Array.from(text.matchAll(/`(\/srv\/sum\/[^`]*)`/g), ([, path = '']) => path);
    expect(named).toEqual(
      expect.arrayContaining([FOLDER, `${FOLDER}/safety.sql.gz`, `${FOLDER}/venv-before`]),
    );
    expect(await host.shell(`for path in ${named.join(' ')}; do [ -e "$path" ] || echo "$path"; done`)).toBe(
      '',
    );
  });

  it('history and status say the same in Slack and in a terminal', async () => {
    const down = (text: string) => /The site was down for ([\d.]+ s)/.exec(text)?.[1];
    const inSlack = await answerTo('/rollback history acme-kitchens');
    const inTerminal = await product.command('history', 'acme-kitchens');
    const facts = JSON.parse((await product.command('status', RUN, '--json')).stdout);

    expect(inSlack).toContain(RUN);
    expect(down(inSlack)).toBe(down(inTerminal.stdout));
    expect(facts).toMatchObject({
      run: RUN,
      state: 'succeeded',
      downtimeMs: await downtimeOnHost(host, 'acme-kitchens', RUN),
    });
    expect(await answerTo('/rollback status acme-kitchens')).toMatch(
      /\*Verified\* {2}v0\.5\.0 .* health 200 ok/,
    );
    expect(await answerTo('/rollback status acme-kichens-1')).toContain('Did you mean');
  });
});
