import type { RollbackRequest } from '../../../src/domain/run/request.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import type { Stakeholders } from '../../../src/domain/site/stakeholders.ts';

/** The people of every story. */
export const ALICE = 'U01ALICE';

export const BOB = 'U02BOB';

export const CAROL = 'U03CAROL';

/** The story's clock: backup, upgrade, preflight, expiry of the plan. */
export const T = {
  backup: '2026-03-01T01:40:00Z',
  upgraded: '2026-03-01T02:00:00Z',
  requested: '2026-03-01T02:14:00.000Z',
  planned: '2026-03-01T02:15:00.000Z',
  decided: '2026-03-01T02:20:00.000Z',
  switched: '2026-03-01T02:20:01.000Z',
  expires: '2026-03-01T02:30:00.000Z',
} as const;

export function site(more: Partial<Site> = {}): Site {
  return {
    slug: 'acme-kitchens',
    environment: 'production',
    name: 'Acme Kitchens',
    domain: 'acme-kitchens.example',
    url: 'http://10.0.0.5:8001',
    host: { address: '10.0.0.5', port: 22, user: 'deploy' },
    root: '/srv/sum/acme-kitchens',
    bin: '/srv/sum/bin',
    requesters: [ALICE, BOB],
    approvers: [ALICE, BOB],
    operators: [ALICE],
    escalation: [],
    readers: 'members',
    paging: { everyMs: 5 * 60_000 },
    approval: { expiresMs: 15 * 60_000, quorum: 1 },
    retention: { safetyBackups: 3, environments: 3 },
    followUps: { remindMs: 3 * 24 * 3_600_000 },
    ...more,
  };
}

export function stakeholders(more: Partial<Stakeholders> = {}): Stakeholders {
  return { channel: 'C02STATUS', everyMs: 5 * 60_000, words: {}, ...more };
}

export function request(more: Partial<RollbackRequest> = {}): RollbackRequest {
  return {
    site: 'acme-kitchens@production',
    version: 'v0.5.0',
    mode: null,
    backup: null,
    reason: null,
    dryRun: false,
    requester: ALICE,
    channel: 'C01OPS',
    ...more,
  };
}
