import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainText } from '../../../sandbox/slack/local-slack.ts';
import { foldRun } from '../../../src/domain/lifecycle/fold.ts';
import { createRecordKeys } from '../../../src/entry/parts/record-keys.ts';
import { chain } from '../../../src/store/audit.ts';
import { openStoreRedis } from '../../../src/store/redis.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { ALICE, assembleProduct, OPS, PRODUCT_SECRETS } from '../../support/product/product.ts';
import { plan, RUN_ID } from '../../support/story/run.ts';
import { request } from '../../support/story/site.ts';

const recordKeys = createRecordKeys(PRODUCT_SECRETS, ['bot', 'worker']);

const CONFIGURATION = `sites:
  - slug: acme-kitchens
    domain: acme-kitchens.example
    host: { address: 127.0.0.1, user: deploy }
`;

/** As if Redis had stored an event after its writer gave up: nobody was woken. */
test('changes that woke nobody are still shown, including the end of a run', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rollback-unheard-'));
  writeFileSync(join(directory, 'key'), 'no host is asked here');
  const product = await assembleProduct({
    configuration: CONFIGURATION,
    privateKeyFile: join(directory, 'key'),
  });
  const link = openStoreRedis(product.redis.url);
  try {
    await link.ready();
    const store = createRunStore(link, { clock: { now: () => new Date().toISOString() }, recordKeys });
    const { slack } = product;
    await product.start('bot');
    await product.start('worker');
    const now = Date.now();
    const events = chain(
      { run: RUN_ID, previous: '', seq: 0 },
      new Date(now).toISOString(),
      [
        { type: 'requested', request: request() },
        { type: 'planned', plan: plan(), expiresAt: new Date(now + 900_000).toISOString() },
      ],
      recordKeys,
    );

    await store.adopt(foldRun(RUN_ID, events), events);
    const card = await slack.waitForMessage((one) => plainText(one).includes('[Approve]'));
    expect(card.channel).toBe(OPS);

    await store.append(foldRun(RUN_ID, events), { type: 'cancelled', by: ALICE });
    const ended = await slack.waitForMessage(
      (one) => one.ts === card.ts && !plainText(one).includes('[Approve]'),
    );
    expect(plainText(ended)).toContain('Nothing was changed.');
  } finally {
    await link.close();
    await product.stop();
    rmSync(directory, { recursive: true });
  }
});
