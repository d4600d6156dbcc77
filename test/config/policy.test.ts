import { describe, expect, it, test } from 'vitest';
import { problems, SITE, valid, withLine } from './file-support.ts';

const site = (text: string) => valid(text).inventory.sites[0];

const LAYERS = `defaults:
  requesters: [U01ALICE]
  approvers: [U02BOB, U03CAROL]
  approval: { expires: 10m, quorum: 1 }
  paging: { webhook: "https://pager.example/hook", secret: { file: /etc/pager.token } }
environments:
  production:
    operators: [U04DAN]
    readers: [U05ERIN]
    approval: { quorum: { full: 2 }, always: [code-only, retry] }
    followUps: { remind: 1d }
    host: { port: 2222 }
  staging:
    domain: staging.example
    paging: { webhook: "https://staging.example/hook" }
`;

describe('keys of an environment', () => {
  it('stand over defaults, and below the site', () => {
    const { inventory } = valid(`${LAYERS}sites:
  - { slug: one, domain: one.example, host: { address: 10.0.0.5 }, approval: { quorum: { undo: 3 } } }
  - { slug: two, environment: staging, host: { address: 10.0.0.6 } }
`);

    expect(
      inventory.sites.map(({ domain, approvers, operators, readers, approval, host, paging, followUps }) => ({
        domain,
        approvers,
        operators,
        readers,
        approval,
        port: host.port,
        secret: paging.secret ?? null,
        remindMs: followUps.remindMs,
      })),
    ).toEqual([
      {
        domain: 'one.example',
        approvers: ['U02BOB', 'U03CAROL'],
        operators: ['U04DAN'],
        readers: ['U05ERIN'],
        approval: {
          expiresMs: 600_000,
          quorum: 1,
          quorums: { full: 2, undo: 3 },
          always: ['code-only', 'retry'],
        },
        port: 2222,
        secret: { header: 'Authorization', file: '/etc/pager.token' },
        remindMs: 86_400_000,
      },
      {
        domain: 'staging.example',
        approvers: ['U02BOB', 'U03CAROL'],
        operators: [],
        readers: 'members',
        approval: { expiresMs: 600_000, quorum: 1 },
        port: 22,
        secret: null,
        remindMs: 3 * 86_400_000,
      },
    ]);
  });

  test.each([
    [
      'environments: { test: {} }',
      'environments.test: is not a known key; the keys here are production, staging, dev',
    ],
    [
      'environments: { dev: { slug: x } }',
      'environments.dev.slug: is not a known key; the keys here are name, domain',
    ],
    ['environments: { dev: { environment: dev } }', 'environments.dev.environment: is not a known key'],
    [
      'environments: { dev: { aprovers: [] } }',
      'environments.dev.aprovers: is not a known key; did you mean approvers?',
    ],
    [
      'environments: { production: { approval: { quorum: 9 } } }',
      'environments.production.approval.quorum: should be',
    ],
    [
      'environments: { production: { approvers: [bob] } }',
      'environments.production.approvers[0]: should be a Slack user id',
    ],
  ])('%s is a problem with its path', (line, expected) => {
    expect(problems(`${SITE}${line}\n`).join('\n')).toContain(`rollback.yml:7 ${expected}`);
  });
});

test.each<[string, unknown]>([
  ['approval: { quorum: 2 }', { expiresMs: 900_000, quorum: 2 }],
  ['approval: { quorum: { default: 2 } }', { expiresMs: 900_000, quorum: 2 }],
  ['approval: { quorum: { full: 2 } }', { expiresMs: 900_000, quorum: 1, quorums: { full: 2 } }],
  ['approval: { always: true }', { expiresMs: 900_000, quorum: 1, always: true }],
  ['approval: { always: false }', { expiresMs: 900_000, quorum: 1 }],
  ['approval: { always: [] }', { expiresMs: 900_000, quorum: 1 }],
  [
    'approval: { breakGlass: [U02BOB, S01ONCALL] }',
    { expiresMs: 900_000, quorum: 1, breakGlass: ['U02BOB', 'S01ONCALL'] },
  ],
  ['approval: { breakGlass: [] }', { expiresMs: 900_000, quorum: 1 }],
  ['approval: { always: [skip] }', { expiresMs: 900_000, quorum: 1, always: ['skip'] }],
])('%s', (line, expected) => {
  expect(site(withLine(line))?.approval).toEqual(expected);
});

test('one number of the site stands for all that the layers below had', () => {
  const text = `defaults: { approval: { quorum: { default: 2, full: 3 } } }\n${SITE}    approval: { quorum: 1 }\n`;

  expect(site(text)?.approval).toEqual({ expiresMs: 900_000, quorum: 1 });
});

test.each([
  ['approval: { quorum: { ful: 2 } }', 'approval.quorum.ful: is not a known key; did you mean full?'],
  ['approval: { quorum: { full: 6 } }', 'approval.quorum.full: should be a whole number from 1 to 5'],
  [
    'approval: { always: [code] }',
    'approval.always[0]: should be one of full, code-only, database-only, undo, go-back, retry, skip',
  ],
])('the line %j of a site is refused by its path', (line, expected) => {
  expect(problems(withLine(line))).toEqual([`rollback.yml:7 sites[0].${expected}`]);
});

describe('the accounts of one person', () => {
  it('are known to each site', () => {
    expect(site(`accounts: [[U01ALICE, W09ALICEADM]]\n${SITE}`)?.accounts).toEqual([
      ['U01ALICE', 'W09ALICEADM'],
    ]);
  });

  test.each([
    ['accounts: U01ALICE', 'accounts: should be a list with one list of Slack user ids (U…) for each person'],
    ['accounts: [U01ALICE]', 'accounts[0]: should be a list of the Slack user ids (U…) of one person'],
    [
      'accounts: [[U01ALICE]]',
      'accounts[0]: should be a list of at least two Slack user ids (U…) of one person',
    ],
    ['accounts: [[U01ALICE, S01ONCALL]]', 'accounts[0][1]: should be a Slack user id (U…)'],
    ['accounts: [[U01ALICE, alice@example.com]]', 'accounts[0][1]: should be a Slack user id (U…)'],
    [
      'accounts: [[U01ALICE, U02BOB], [U03CAROL, U02BOB]]',
      'accounts[1][1]: should be an account that appears once; U02BOB is in accounts[0] already',
    ],
    [
      'accounts: [[U01ALICE, U01ALICE]]',
      'accounts[0][1]: should be an account that appears once; U01ALICE is in accounts[0] already',
    ],
  ])('%s is a problem', (line, expected) => {
    expect(problems(`${SITE}${line}\n`)).toEqual([`rollback.yml:7 ${expected}`]);
  });
});

const PEOPLE = `sites:
  - slug: acme-kitchens
    domain: acme-kitchens.example
    host: { address: 10.0.0.5 }
`;

test.each([
  ['[U01ALICE]', '[U01ALICE, U02BOB]', 1, '', null],
  [
    '[U01ALICE]',
    '[U01ALICE, U02BOB]',
    2,
    '',
    'names 2 people, but each requester of acme-kitchens@production is one of them, and approval.quorum asks for 2 others; add more people or lower the quorum',
  ],
  [
    '[U01ALICE]',
    '[U02BOB]',
    '{ full: 2 }',
    '',
    'names 1 of the 2 people that approval.quorum.full asks for; add more people or lower the quorum',
  ],
  [
    '[U01ALICE]',
    '[U02BOB]',
    '{ full: 2, undo: 3 }',
    '',
    'names 1 of the 3 people that approval.quorum.undo asks for; add more people or lower the quorum',
  ],
  [
    '[U01ALICE]',
    '[U02BOB, U03BOBADM]',
    2,
    'accounts: [[U02BOB, U03BOBADM]]\n',
    'names 1 of the 2 people that approval.quorum asks for; add more people or lower the quorum',
  ],
  [
    '[U01ALICE]',
    '[U09ALICEADM]',
    1,
    'accounts: [[U01ALICE, U09ALICEADM]]\n',
    "names only U09ALICEADM, who is also the only requester of acme-kitchens@production and can't approve their own rollback; add a second person",
  ],
  ['[U01ALICE]', '[U02BOB, S01ONCALL]', 5, '', null],
])(
  'requesters %s, approvers %s, quorum %s, %j: the warning',
  (requesters, approvers, quorum, accounts, expected) => {
    const { warnings } = valid(
      `${accounts}${PEOPLE}    requesters: ${requesters}\n    approvers: ${approvers}\n    approval: { quorum: ${quorum} }\n`,
    );

    expect(warnings.map((line) => line.replace(/^.*approvers: /, ''))).toEqual(
      expected === null ? [] : [expected],
    );
  },
);
