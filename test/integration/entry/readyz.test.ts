import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assembleProduct } from '../../support/product/product.ts';
import { hasRealRedis } from '../../support/redis/redis.ts';
import { closedPort } from './ports.ts';

const CONFIGURATION = `sites:
  - slug: acme-kitchens
    domain: acme-kitchens.example
    host: { address: 127.0.0.1, user: deploy }
`;

/** Like a replica after a failover, or a full Redis: it answers a ping and stores nothing. */
test.skipIf(!hasRealRedis())('a Redis that accepts no writes is not ready, although it answers', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rollback-readyz-'));
  writeFileSync(join(directory, 'key'), 'no host is asked here');
  const metrics = await closedPort();
  const product = await assembleProduct({
    configuration: CONFIGURATION,
    privateKeyFile: join(directory, 'key'),
    environment: { METRICS_PORT: String(metrics) },
  });
  const minReplicas = (count: string) =>
    product.redis.admin((admin) => admin.config('SET', 'min-replicas-to-write', count));
  const ready = async () => {
    const answer = await fetch(`http://127.0.0.1:${metrics}/readyz`);
    return `${answer.status} ${await answer.text()}`;
  };
  try {
    await product.start('bot');
    expect(await ready()).toMatch(/^200 /);

    await minReplicas('1');
    expect(await product.redis.admin((admin) => admin.ping())).toBe('PONG');
    expect(await ready()).toMatch(/^503 .*redis: .*NOREPLICAS/s);

    await minReplicas('0');
    expect(await ready()).toMatch(/^200 /);
  } finally {
    await product.stop();
    rmSync(directory, { recursive: true });
  }
});
