import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainText } from '../../../sandbox/slack/local-slack.ts';
import { offerSecret, takeOffer } from '../../../src/app/factor/enrol.ts';
import { approvalProblem } from '../../../src/app/switch/check-approval.ts';
import { foldRun } from '../../../src/domain/lifecycle/fold.ts';
import { createFactorSeals } from '../../../src/entry/parts/factor-seals.ts';
import { createRecordKeys } from '../../../src/entry/parts/record-keys.ts';
import { systemClock } from '../../../src/entry/parts/setup.ts';
import { createSigner } from '../../../src/entry/parts/signer.ts';
import { openWakeups } from '../../../src/queue/wakeups.ts';
import { chain } from '../../../src/store/audit.ts';
import { createFactors } from '../../../src/store/factors.ts';
import { openStoreRedis } from '../../../src/store/redis.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { totp } from '../../../src/totp/totp.ts';
import { codeAt } from '../../support/fakes/factors.ts';
import { assembleProduct, BOB, PRODUCT_SECRETS } from '../../support/product/product.ts';
import { plan, RUN_ID } from '../../support/story/run.ts';
import { request, site } from '../../support/story/site.ts';

const recordKeys = createRecordKeys(PRODUCT_SECRETS, ['bot', 'worker']);

const CONFIGURATION = `defaults:
  requesters: [U01ALICE]
  approvers: [${BOB}]
  approval: { factor: totp }
sites:
  - slug: acme-kitchens
    domain: acme-kitchens.example
    host: { address: 127.0.0.1, user: deploy }
`;

const WHERE = site({ approval: { expiresMs: 900_000, quorum: 1, factor: 'totp' } });

test('the built bot asks an approver for a code, whom the command line has enrolled, and a worker takes the approval', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rollback-factor-'));
  writeFileSync(join(directory, 'key'), 'no host is asked here');
  const product = await assembleProduct({
    configuration: CONFIGURATION,
    privateKeyFile: join(directory, 'key'),
  });
  const link = openStoreRedis(product.redis.url);
  try {
    await link.ready();
    const wakeups = await openWakeups(link);
    const store = createRunStore(link, { clock: systemClock, recordKeys });
    const { slack } = product;
    const bob = slack.as(BOB);
    const process = await product.start('bot');
    const now = Date.now();
    const events = chain(
      { run: RUN_ID, previous: '', seq: 0 },
      new Date(now).toISOString(),
      [
        { type: 'requested', request: request() },
        { type: 'planned', plan: plan('full', {}, WHERE), expiresAt: new Date(now + 900_000).toISOString() },
      ],
      recordKeys,
    );
    await store.adopt(foldRun(RUN_ID, events), events);
    await wakeups.show(RUN_ID);
    const card = await slack.waitForMessage((one) => plainText(one).includes('[Approve]'));
    expect(plainText(card)).toContain(`:warning: <@${BOB}> has no second factor yet`);

    const factors = createFactors(link, createFactorSeals(PRODUCT_SECRETS));
    const deps = { factors, totp, clock: systemClock };
    const offer = await offerSecret(deps, BOB, null);
    if (typeof offer === 'string') throw new Error(offer);
    const { secret } = offer;
    // The first code is of the step before, so that the one of now can still be used.
    expect(await takeOffer(deps, BOB, offer, codeAt(systemClock.now(), -1, secret))).toBeNull();
    await wakeups.show(RUN_ID);
    await slack.waitForMessage((one) => one.ts === card.ts && !plainText(one).includes('no second factor'));

    bob.type(card.ts, 'Reason', 'no orders');
    await bob.click(card.ts, 'Approve', { confirm: true });
    const view = await slack.waitForModal(BOB, (one) => plainText(one).includes('Code from your phone'));
    const since = slack.mark();
    expect((await bob.submit(view, { code: codeAt(systemClock.now(), 0, secret) })).errors).toEqual({});
    await slack.waitForMessage((one) => plainText(one).includes('You approved'), { since });

    const run = await store.read(RUN_ID);
    expect(run?.consent?.approvals).toMatchObject([{ approver: BOB, factor: 'totp', reason: 'no orders' }]);
    expect(run && approvalProblem(run, WHERE, createSigner(PRODUCT_SECRETS))).toBeNull();
    const all = `${process.log()}${JSON.stringify(slack.transcript())}`;
    expect(all).toContain('no orders');
    expect(all).not.toContain(secret);
    await wakeups.close();
  } finally {
    await link.close();
    await product.stop();
    rmSync(directory, { recursive: true });
  }
});
