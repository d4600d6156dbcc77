import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf, type TestSite } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { ALICE, BOB, OPS, type Product, type ProductProcess } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import {
  begunOnHost,
  cardFor,
  click,
  endingSince,
  frozenIn,
  whatRuns,
} from '../support/story/rollback-story.ts';

/** The migration of the upgrade that was rolled back. */
const UPGRADE = "SELECT count(*) FROM django_migrations WHERE app = 'website' AND name LIKE '0003%'";

describe.skipIf(!canMakeHosts())('a person decides at a stop', () => {
  let host: TestHost;
  let product: Product;
  let worker: ProductProcess;
  let pager: Server;
  const pages: unknown[] = [];

  beforeAll(async () => {
    pager = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        pages.push(JSON.parse(body));
        response.writeHead(202).end();
      });
    }).listen(0, '127.0.0.1');
    await once(pager, 'listening');
    const { port } = pager.address() as AddressInfo;
    host = await bootTestHost('rollback-decisions');
    ({ product, worker } = await productFor(
      host,
      inventoryOf(
        host,
        `  escalation: [U02BOB]\n  paging: { every: 10s, webhook: "http://127.0.0.1:${port}/page" }\n`,
      ),
    ));
  });

  afterAll(async () => {
    await product?.stop();
    pager?.close();
    await host?.destroy();
  });

  const approved = (command: string) => begin(command, BOB, 'Approve');
  const started = (command: string) => begin(command, ALICE, 'Start');

  async function begin(
    command: string,
    person: string,
    label: string,
    meanwhile: () => Promise<unknown> = async () => undefined,
  ) {
    const since = product.slack.mark();
    const card = await cardFor(product, command);
    await meanwhile();
    await click(product, person, card, label);
    return { run: /^(\S+-\d+) ·/m.exec(plainText(card))?.[1] ?? '', since };
  }

  /** The newest post that asks for a decision. */
  function stopSince(since: number): Promise<Message> {
    return product.slack.waitForMessage(
      (one) => one.channel === OPS && plainText(one).split('\n')[0]?.endsWith('needs a decision') === true,
      { timeoutMs: 180_000, since },
    );
  }

  async function heldByFlap(slug: TestSite, version: string) {
    // Only after the card: on a busy machine this version would not survive the preflight either.
    const flap = () => host.control('flavour', slug, 'flap', 'on');
    const { since, run } = await begin(`/rollback ${slug} ${version}`, BOB, 'Approve', flap);
    return { stop: await stopSince(since), run };
  }

  it('calls people until someone answers, and goes back to the original rows and code if a second person approves', async () => {
    const before = await whatRuns(host, 'acme-kitchens');
    const leads = await host.sql('sum_acme_kitchens', 'SELECT * FROM website_lead ORDER BY id');
    const since = product.slack.mark();

    const { stop, run } = await heldByFlap('acme-kitchens', 'v0.5.0');

    expect(plainText(stop)).toMatch(
      // On a busy machine the unit dies before it has answered once.
      /\*Acme Kitchens (?:does not stay up: |is down|answers, but).*\* It is on the target code, v0\.5\.0 \([0-9a-f]{8}\)/,
    );
    const second = await product.slack.waitForMessage(
      (one) => plainText(one).startsWith(`:rotating_light: <@${BOB}> <@${ALICE}>`),
      { timeoutMs: 60_000, since },
    );
    expect(plainText(second)).toContain('and nobody has answered.');
    expect(pages[0]).toMatchObject({ incident: `${run}-stop-1`, call: 2, site: 'acme-kitchens@production' });
    expect(await click(product, ALICE, stop, 'I am on it')).toContain('calls nobody else');

    const wanted = product.slack.mark();
    expect(await click(product, ALICE, stop, 'Go back')).toContain('A second person has to approve this');
    const asked = await product.slack.waitForMessage(
      (one) => plainText(one).startsWith('Go back: Acme Kitchens?'),
      { timeoutMs: 60_000, since: wanted },
    );
    expect(await click(product, ALICE, asked, 'Approve')).toContain('cannot approve it yourself');
    const decided = product.slack.mark();
    await host.control('flavour', 'acme-kitchens', 'flap', 'off');
    await click(product, BOB, asked, 'Approve');

    expect(await endingSince(product, decided)).toContain('the rollback was taken back');
    const after = await whatRuns(host, 'acme-kitchens');
    expect([after.head, after.sumCore, after.health]).toEqual([before.head, before.sumCore, before.health]);
    expect(await host.sql('sum_acme_kitchens', 'SELECT * FROM website_lead ORDER BY id')).toBe(leads);
    expect(await host.sql('sum_acme_kitchens', UPGRADE)).toBe('1');
  });

  it('retries the failed step, and the run continues to its checks', async () => {
    const { stop } = await heldByFlap('cedar-clinic', 'v0.5.0');
    await host.control('flavour', 'cedar-clinic', 'flap', 'off');
    const decided = product.slack.mark();

    await click(product, BOB, stop, 'Retry');

    expect(await endingSince(product, decided)).toContain('Cedar Clinic is back');
    expect((await whatRuns(host, 'cedar-clinic')).health).toBe(200);
  });

  it('hands over commands that bring the site back', async () => {
    const { stop, run } = await heldByFlap('dune-dental', 'v0.5.3');
    await host.control('flavour', 'dune-dental', 'flap', 'off');
    const since = product.slack.mark();

    await click(product, BOB, stop, 'Take over by hand');

    const commands = await product.slack.waitForMessage(
      (one) => plainText(one).includes('By hand from here'),
      { timeoutMs: 60_000, since },
    );
    const goOn = /^sh \S+ continue .* retry .*$/m.exec(plainText(commands))?.[0] ?? '';
    expect(goOn).toContain(run);
    expect(await host.run('runuser', '-u', 'deploy', '--', 'sh', '-c', goOn)).toContain('succeeded');
    expect((await whatRuns(host, 'dune-dental')).health).toBe(200);
  });

  it('asks a host that crashed in the middle what is in place, and continues from there', async () => {
    const { run, since } = await approved('/rollback acme-kitchens v0.5.0');
    expect(await frozenIn(host, 'acme-kitchens', run, 'restore')).toBe('restore');
    await host.control('crash');
    await host.control('up');

    const stop = await stopSince(since);

    // The report depends on whether PostgreSQL is up again when the bot asks.
    expect(plainText(stop)).toContain('The program on the host was interrupted at "');
    expect(plainText(stop)).toMatch(/It is on the target code, v0\.5\.0 /);
    const decided = product.slack.mark();
    await click(product, BOB, stop, 'Retry');
    expect(await endingSince(product, decided)).toContain('Acme Kitchens is back');
    expect((await whatRuns(host, 'acme-kitchens')).health).toBe(200);
  });

  it('picks up a run whose record was lost, from the copy on the host', async () => {
    const { run } = await started('/rollback birch-bakery v0.5.0');
    await begunOnHost(host, 'birch-bakery', run);
    await worker.kill('SIGKILL');
    await product.redis.admin((admin) => admin.flushall());
    const since = product.slack.mark();

    worker = await product.start('worker');

    await product.slack.waitForMessage((one) => plainText(one).startsWith('Birch Bakery is back'), {
      timeoutMs: 180_000,
      since,
    });
    expect((await whatRuns(host, 'birch-bakery')).health).toBe(200);
    expect(worker.log()).toContain('took up a run that the record had lost');
  });

  it('never sent anything that Slack refuses', () => {
    expect(product.slack.violations).toEqual([]);
  });
});
