import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainText } from '../../../sandbox/slack/local-slack.ts';
import { assembleProduct, type Product } from '../../support/product/product.ts';
import { startTcpProxy, type TcpProxy } from '../../support/ssh/tcp-proxy.ts';
import { closedPort } from './ports.ts';

const CONFIGURATION = `sites:
  - slug: acme-kitchens
    environment: staging
    domain: acme-kitchens.example
    host: { address: 127.0.0.1, user: deploy }
`;

/** Bot and worker in one process, as the unit of docs/install.md starts them. */
describe('a start without Slack', () => {
  let directory: string;
  let product: Product;
  let proxy: TcpProxy | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollback-away-'));
    writeFileSync(join(directory, 'key'), 'no host is asked here');
  });

  afterEach(async () => {
    await product.stop();
    await proxy?.stop();
    proxy = undefined;
    rmSync(directory, { recursive: true });
  });

  const assemble = async (environment: Readonly<Record<string, string>>) => {
    product = await assembleProduct({
      configuration: CONFIGURATION,
      privateKeyFile: join(directory, 'key'),
      environment,
    });
  };
  const ready = async (port: number) => (await fetch(`http://127.0.0.1:${port}/readyz`)).text();

  it('starts the worker, says what the bot waits for, and listens as soon as Slack answers', async () => {
    const metrics = await closedPort();
    await assemble({ METRICS_PORT: String(metrics) });
    proxy = await startTcpProxy({ port: Number(new URL(product.slack.apiUrl).port) });
    proxy.refuse();
    const url = new URL(product.slack.apiUrl);
    url.port = String(proxy.port);

    const running = await product.start('start', { SLACK_API_URL: url.href });
    await running.says("Can't reach Slack (");
    expect(await ready(metrics)).toContain("Can't reach Slack");
    await proxy.heal();

    await running.says('bot is listening');
    expect(await ready(metrics)).not.toContain("Can't reach Slack");
  });

  it('continues if Slack fails later, and listens again on its own', async () => {
    await assemble({});
    const { slack } = product;
    slack.addUser({ id: 'U01ALICE', name: 'alice' });
    slack.addChannel({ id: 'C01OPS', name: 'ops', members: ['U01ALICE'] });
    const running = await product.start('start');
    await running.says('bot is listening');

    // More often than the library's own check.
    slack.fail('apps.connections.open', { status: 503, times: 3 });
    slack.cutSockets();
    await slack.waitForSockets(0);
    await slack.waitForSockets(1);

    const since = slack.mark();
    await slack.as('U01ALICE').command('C01OPS', '/rollback help');
    const answer = await slack.waitForMessage((one) => one.ephemeralFor === 'U01ALICE', { since });
    expect(plainText(answer)).toContain('/rollback sites');
  });

  it('says which token Slack refuses, and where to get another', async () => {
    await assemble({ SLACK_BOT_TOKEN: 'xoxb-1-of-another-app' });

    const running = await product.start('start');

    await running.says('Slack refuses');
    expect(running.log()).toContain(
      'Slack refuses SLACK_BOT_TOKEN (invalid_auth): copy it again from \\"OAuth & Permissions\\" of the app',
    );
  });

  it('ends at once if it is stopped while it waits', async () => {
    await assemble({ SLACK_API_URL: `http://127.0.0.1:${await closedPort()}/api/` });
    const running = await product.start('start');
    await running.says("Can't reach Slack (");

    await running.kill('SIGTERM');

    expect(running.log()).toContain('"msg":"stopped"');
  });
});
