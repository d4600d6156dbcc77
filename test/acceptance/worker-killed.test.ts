import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import type { TestSite } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { ALICE, BOB, OPS, type Product, type ProductProcess } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { seeded } from '../support/story/random.ts';
import {
  begunOnHost,
  cardFor,
  click,
  endedOnHost,
  endingSince,
  stepsOnHost,
  whatRuns,
} from '../support/story/rollback-story.ts';
import { firstOf, SEED } from '../support/story/sample.ts';

/** Each one finds the site as the previous one left it. */
const TRIALS: readonly (readonly [TestSite, string])[] = [
  ['acme-kitchens', 'v0.5.0'],
  ['birch-bakery', 'v0.5.0'],
  ['cedar-clinic', 'v0.5.0'],
  ['dune-dental', 'v0.5.3'],
  ['acme-kitchens', '--database-only'],
  ['birch-bakery', 'v0.5.1'],
  ['cedar-clinic', '--database-only'],
  ['acme-kitchens', 'v0.5.1'],
  ['birch-bakery', 'v0.5.0'],
  ['dune-dental', '--database-only'],
];

/** The shortest switch that was measured. The kill comes at a random moment within it. */
function switchMs(card: string): number {
  if (card.includes('[Start]')) return 1_200;
  return card.includes('*Code*  stays') ? 900 : 2_200;
}

describe.skipIf(!canMakeHosts())(`a worker killed in the middle of the switch (seed ${SEED})`, () => {
  const random = seeded(SEED);
  let host: TestHost;
  let product: Product;
  let worker: ProductProcess;

  beforeAll(async () => {
    host = await bootTestHost('rollback-killed');
    ({ product, worker } = await productFor(host));
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  it.each(firstOf(TRIALS))(
    'leaves %s %s to the program on the host, and the next worker reports the truth',
    async (slug, wish) => {
      const { slack } = product;
      const card = await cardFor(product, `/rollback ${slug} ${wish}`);
      const since = slack.mark();
      const [person, label] = plainText(card).includes('[Approve]') ? [BOB, 'Approve'] : [ALICE, 'Start'];
      await click(product, person, card, label);
      const run = /^(\S+-\d+) ·/m.exec(plainText(card))?.[1] ?? '';
      await begunOnHost(host, slug, run);
      await sleep(random() * switchMs(plainText(card)));
      await worker.kill('SIGKILL');
      const landed = !(await endedOnHost(host, slug, run));
      const during = (await stepsOnHost(host, slug, run)).at(-1) ?? 'nothing yet';

      worker = await product.start('worker');
      const ending = await endingSince(product, since);

      console.info(
        `${run}: worker killed at "${during}"${landed ? '' : ', when the program had just ended'}`,
      );
      expect(ending).toContain('is back');
      const after = await whatRuns(host, slug);
      expect(after.health).toBe(200);
      const steps = await stepsOnHost(host, slug, run);
      expect(steps.at(-1)).toBe('stable');
      expect(new Set(steps).size).toBe(steps.length);
      const endings = slack
        .messages(OPS)
        .map((message) => plainText(message))
        .filter((text) => text.includes('is back') && text.includes(`${run} · record `));
      expect(endings).toHaveLength(1);
    },
  );
});
