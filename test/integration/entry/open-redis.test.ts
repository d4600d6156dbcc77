import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assembleProduct } from '../../support/product/product.ts';
import { BOT } from '../../support/redis/acl.ts';
import { hasRealRedis } from '../../support/redis/redis.ts';

const CONFIGURATION = `sites:
  - slug: acme-kitchens
    domain: acme-kitchens.example
    host: { address: 127.0.0.1, user: deploy }
`;

const WARNING =
  'anybody gets in without a password, so every account and every program that reaches it can change the record of all runs: run \\"rollback-bot doctor\\", which says what to do';

test.skipIf(!hasRealRedis())(
  'a process that starts warns of a Redis that lets anybody in, and of no other',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rollback-open-redis-'));
    writeFileSync(join(directory, 'key'), 'no host is asked here');
    const product = await assembleProduct({
      configuration: CONFIGURATION,
      privateKeyFile: join(directory, 'key'),
    });
    try {
      const careful = await product.start('worker');
      expect(careful.log()).not.toContain(WARNING);

      await product.redis.admin((admin) =>
        admin.call('ACL', 'SETUSER', 'default', 'on', 'nopass', '~*', '+@all'),
      );
      for (const half of ['worker', 'bot'] as const) {
        const started = await product.start(half);
        expect(started.log()).toContain(`"redis at 127.0.0.1:${product.redis.port}: ${WARNING}"`);
        for (const password of [BOT.password, encodeURIComponent(BOT.password)])
          expect(started.log()).not.toContain(password);
      }
    } finally {
      await product.stop();
      rmSync(directory, { recursive: true });
    }
  },
);
