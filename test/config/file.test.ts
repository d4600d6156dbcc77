import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Inventory } from '../../src/app/ports/site.ts';
import { problems, SITE, valid, withLine } from './file-support.ts';

const FINGERPRINT = `SHA256:${'a'.repeat(43)}`;

test('a site of three keys gets the defaults of the platform', () => {
  const { inventory, settings, warnings } = valid(SITE);

  expect(inventory.sites).toEqual([
    {
      slug: 'acme-kitchens',
      environment: 'production',
      name: 'Acme Kitchens',
      domain: 'acme-kitchens.example',
      url: 'https://acme-kitchens.example',
      host: { address: '10.0.0.5', port: 22, user: 'deploy' },
      root: '/srv/sum/acme-kitchens',
      bin: '/srv/sum/bin',
      requesters: ['U01ALICE'],
      approvers: ['U02BOB'],
      operators: [],
      escalation: [],
      readers: 'members',
      paging: { everyMs: 300_000 },
      approval: { expiresMs: 900_000, quorum: 1 },
      rehearsal: { withinSeconds: 1_200, keepFreeBytes: 2_147_483_648 },
      retention: { safetyBackups: 3, environments: 3 },
      followUps: { remindMs: 259_200_000 },
    },
  ]);
  expect(settings).toEqual({ records: null, redis: { allowUnfit: false }, readiness: null });
  expect(warnings).toEqual([]);
});

test('defaults hold for all sites: a list replaces, a mapping merges key by key', () => {
  const { inventory } = valid(`defaults:
  environment: staging
  requesters: [U01ALICE]
  approvers: [U02BOB, S01ONCALL]
  approval: { expires: 90s, quorum: 2 }
  retention: { safetyBackups: 5 }
  followUps: { remind: 2d }
  host: { user: sum, port: 2222 }
  stakeholders: { channel: C01STATUS }
sites:
  - slug: one
    domain: one.example
    host: { address: one.internal, fingerprint: ${FINGERPRINT} }
  - slug: two
    environment: dev
    domain: two.example
    host: { address: "2001:db8::2", port: 22 }
    approvers: [U03CAROL]
    approval: { quorum: 1 }
    retention: { environments: 1 }
    followUps: { remind: 12h }
`);

  expect(inventory.sites).toMatchObject([
    {
      environment: 'staging',
      host: { address: 'one.internal', port: 2222, user: 'sum', fingerprint: FINGERPRINT },
      approvers: ['U02BOB', 'S01ONCALL'],
      approval: { expiresMs: 90_000, quorum: 2 },
      retention: { safetyBackups: 5, environments: 3 },
      followUps: { remindMs: 172_800_000 },
      stakeholders: { channel: 'C01STATUS' },
    },
    {
      environment: 'dev',
      host: { address: '2001:db8::2', port: 22, user: 'sum' },
      requesters: ['U01ALICE'],
      approvers: ['U03CAROL'],
      approval: { expiresMs: 90_000, quorum: 1 },
      retention: { safetyBackups: 5, environments: 1 },
      followUps: { remindMs: 43_200_000 },
    },
  ]);
});

test('jump hosts are filled in, and a site may do without those of all sites', () => {
  const { inventory } = valid(`defaults:
  host:
    jump: [{ address: bastion.example, fingerprint: ${FINGERPRINT} }, { address: 10.0.0.1, port: 2222, user: hop }]
sites:
  - slug: one
    domain: one.example
    host: { address: 10.0.0.5, user: sum }
  - slug: two
    domain: two.example
    host: { address: 10.0.0.5, jump: [] }
`);

  expect(inventory.sites.map(({ host }) => host)).toEqual([
    {
      address: '10.0.0.5',
      port: 22,
      user: 'sum',
      jump: [
        { address: 'bastion.example', port: 22, user: 'sum', fingerprint: FINGERPRINT },
        { address: '10.0.0.1', port: 2222, user: 'hop' },
      ],
    },
    { address: '10.0.0.5', port: 22, user: 'deploy' },
  ]);
});

test('the same private address behind another jump host is another host', () => {
  const behind = (bastion: string) =>
    `slug: acme\n    domain: acme.example\n    root: /srv/sum/acme\n    host: { address: 10.0.0.5, jump: [{ address: ${bastion} }] }\n`;
  const two = (other: string) =>
    `sites:\n  - ${behind('one.example')}  - environment: staging\n    ${behind(other)}`;

  expect(valid(two('two.example')).inventory.sites).toHaveLength(2);
  expect(problems(two('one.example'))).toHaveLength(1);
});

test('the inventory is the one that the use cases want, and finds a site by its key', () => {
  const inventory: Inventory = valid(SITE).inventory;

  expect(inventory.byKey('acme-kitchens@production')).toBe(inventory.sites[0]);
  expect(inventory.byKey('acme-kitchens')).toBeUndefined();
  expect(inventory.byKey('__proto__')).toBeUndefined();
});

test('the records have their defaults', () => {
  const { settings } = valid(`${SITE}records: { repository: "git@example:ops/platform.git" }\n`);

  expect(settings.records).toEqual({
    repository: 'git@example:ops/platform.git',
    branch: 'develop',
    rollingBranch: 'rollback-bot/records',
    matrix: 'docs/ops-pack/loop-sites-matrix.md',
    incidents: 'docs/ops-pack/what-broke-last-time.md',
    author: { name: 'rollback-bot', email: 'rollback-bot@localhost' },
    pullRequest: null,
  });
});

test('the records take a branch, an author and a command of their own', () => {
  const { settings } = valid(`${SITE}records:
  repository: /srv/git/a.git
  rollingBranch: ops/records
  author: { name: Ops Bot, email: ops@example.com }
  pullRequest: { command: [gh, pr, create, --title, "Records of rollbacks"] }
`);

  expect(settings.records).toMatchObject({
    rollingBranch: 'ops/records',
    author: { name: 'Ops Bot', email: 'ops@example.com' },
    pullRequest: ['gh', 'pr', 'create', '--title', 'Records of rollbacks'],
  });
});

test('the example configuration is valid and warns of nothing', () => {
  const { inventory, warnings } = valid(readFileSync('rollback.example.yml', 'utf8'));

  expect(inventory.sites.map(({ slug, environment }) => `${slug}@${environment}`)).toEqual([
    'acme-kitchens@production',
    'acme-kitchens@staging',
  ]);
  expect(warnings).toEqual([]);
});

test('readers are everybody, or people and groups; a list of the site replaces the one of all', () => {
  const readers = (text: string) => valid(text).inventory.sites[0]?.readers;

  expect(readers(SITE)).toBe('members');
  expect(readers(withLine('readers: members'))).toBe('members');
  expect(readers(withLine('readers: [U03CAROL, S01ONCALL]'))).toEqual(['U03CAROL', 'S01ONCALL']);
  expect(readers(`defaults: { readers: [] }\n${SITE}`)).toEqual([]);
  expect(readers(`defaults: { readers: [] }\n${withLine('readers: members')}`)).toBe('members');
});

test('the secret of the pager stays with its webhook', () => {
  const paging = (defaults: string, own: string) =>
    valid(`defaults: { paging: ${defaults} }\n${withLine(`paging: ${own}`)}`).inventory.sites[0]?.paging;
  const all = '{ webhook: "https://one.example/", secret: { file: /etc/one } }';
  const secret = { header: 'Authorization', file: '/etc/one' };

  expect(paging(all, '{ every: 1m }')).toEqual({ everyMs: 60_000, webhook: 'https://one.example/', secret });
  expect(paging(all, '{ webhook: "https://two.example/" }')).toEqual({
    everyMs: 300_000,
    webhook: 'https://two.example/',
  });
  expect(paging(all, '{ secret: { header: X-Token, file: /etc/two } }')).toMatchObject({
    webhook: 'https://one.example/',
    secret: { header: 'X-Token', file: '/etc/two' },
  });
});

test('a second factor is wanted where the site or the defaults say so, and not where the site says none', () => {
  const of = (defaults: string, own: string) =>
    valid(`defaults:
  approval: ${defaults}
sites:
  - slug: one
    domain: one.example
    host: { address: one.internal, fingerprint: ${FINGERPRINT} }
    approval: ${own}
`).inventory.sites[0]?.approval.factor;

  expect(of('{}', '{}')).toBeUndefined();
  expect(of('{}', '{ factor: totp }')).toBe('totp');
  expect(of('{ factor: totp }', '{ quorum: 2 }')).toBe('totp');
  expect(of('{ factor: totp }', '{ factor: none }')).toBeUndefined();
});
