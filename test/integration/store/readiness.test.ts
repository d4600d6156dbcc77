import { beforeEach, expect, test } from 'vitest';
import type { ReadinessReport, ReadinessStore } from '../../../src/app/ports/readiness.ts';
import { bad, good, type SiteReadiness } from '../../../src/domain/readiness/findings.ts';
import { refusal } from '../../../src/domain/refusal.ts';
import { RETENTION_SECONDS, storeKeys } from '../../../src/store/keys.ts';
import { createReadinessStore } from '../../../src/store/readiness.ts';
import { useRedis } from '../../support/redis/redis-runs.ts';

const SITE = 'acme-kitchens@production';
const LOOK: SiteReadiness = {
  lookedAt: '2026-03-01T03:30:00.000Z',
  findings: [
    good('disk', '900 MB are free'),
    bad('lock', refusal('lock-held', 'Somebody deploys.', 'Wait.')),
    {
      subject: 'backup',
      kind: 'bad',
      code: 'backup-old',
      sentence: 'It is old.',
      next: 'Make one.',
    },
  ],
};
const REPORT: ReadinessReport = {
  askedAt: '2026-03-01T03:31:00.000Z',
  approvers: [good('approvers', '2 people could approve a rollback')],
  told: [
    { subject: 'lock', code: 'lock-held' },
    { subject: 'approvers', code: 'approvers-missing' },
  ],
};

const redis = useRedis();
let store: ReadinessStore;

beforeEach(() => {
  store = createReadinessStore(redis.link, { prefix: redis.prefix });
});

test('a site that was never checked has neither a check nor a report', async () => {
  expect([await store.look(SITE), await store.report(SITE)]).toEqual([null, null]);
});

test('check and report are read as they were last written, and are independent', async () => {
  await store.writeLook(SITE, { ...LOOK, findings: [] });
  await store.writeReport(SITE, REPORT);
  await store.writeLook(SITE, LOOK);

  expect(await store.look(SITE)).toEqual(LOOK);
  expect(await store.report(SITE)).toEqual(REPORT);
  expect(await store.look('acme-kitchens@staging')).toBeNull();
});

test('both are kept for 400 days', async () => {
  await store.writeLook(SITE, LOOK);

  expect(await redis.ttl(storeKeys(redis.prefix).readiness(SITE))).toBeGreaterThan(RETENTION_SECONDS - 60);
});

test('a check in the format of another version counts as no check', async () => {
  await redis.link.redis.hset(
    storeKeys(redis.prefix).readiness(SITE),
    'look',
    JSON.stringify({ lookedAt: LOOK.lookedAt, findings: [{ kind: 'bad', subject: 'moon' }] }),
  );

  expect(await store.look(SITE)).toBeNull();
});
