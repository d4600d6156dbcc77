import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainText } from '../../../sandbox/slack/local-slack.ts';
import { ALICE, assembleProduct, OPS } from '../../support/product/product.ts';

const CONFIGURATION = `sites:
  - slug: acme-kitchens
    domain: acme-kitchens.example
    host: { address: 127.0.0.1, user: deploy }
    requesters: [U02BOB]
    approvers: [U02BOB, U03CAROL]
`;

test('a bot that is stopped still carries out and answers what it has accepted', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rollback-stopping-'));
  writeFileSync(join(directory, 'key'), 'no host is asked here');
  const product = await assembleProduct({
    configuration: CONFIGURATION,
    privateKeyFile: join(directory, 'key'),
  });
  try {
    const { slack } = product;
    const running = await product.start('bot');
    slack.fail('users.info', { delayMs: 1_500 });
    const since = slack.mark();

    await slack.as(ALICE).command(OPS, '/rollback acme-kitchens v0.5.0');
    // Acknowledged, but the bot does not know yet whether Alice may do it.
    await running.kill('SIGTERM');

    const answer = await slack.waitForMessage((one) => one.ephemeralFor === ALICE, { since });
    expect(plainText(answer)).toContain('You may not ask for a rollback of Acme Kitchens.');
    expect(running.log()).toContain('"msg":"stopped"');
  } finally {
    await product.stop();
    rmSync(directory, { recursive: true });
  }
});
