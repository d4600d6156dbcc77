import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Inventory } from '../../src/app/ports/site.ts';
import { parseConfiguration } from '../../src/config/file.ts';

const FINGERPRINT = `SHA256:${'a'.repeat(43)}`;

const SITE = `sites:
  - slug: acme-kitchens
    domain: acme-kitchens.example
    host: { address: 10.0.0.5 }
    requesters: [U01ALICE]
    approvers: [U02BOB]
`;

function problems(text: string): readonly string[] {
  const result = parseConfiguration(text, 'rollback.yml');
  return 'problems' in result ? result.problems : [];
}

function valid(text: string) {
  const result = parseConfiguration(text, 'rollback.yml');
  if ('problems' in result) throw new Error(result.problems.join('\n'));
  return result;
}

/** A valid file with one more line for its site, which is line 7. */
const withLine = (line: string) => `${SITE}    ${line}\n`;

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
      paging: { everyMs: 300_000 },
      approval: { expiresMs: 900_000, quorum: 1 },
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

const PATH =
  'should be an absolute path of letters, digits and . _ - without .. and without a slash at the end';

const PORT = 'should be a port number from 1 to 65535';

const PERSON = 'should be a Slack user id (U…) or user group id (S…)';

const EXPIRES = 'should be a duration from 1m to 24h, such as 90s, 15m or 2h';

const URL_ = 'should be an http or https address without a slash at the end';

const NAME = 'should be a name of 1 to 80 characters in one line';

test.each([
  ['root: /srv/sum/../etc', `root: ${PATH}`],
  ['root: /srv/sum/a/', `root: ${PATH}`],
  ['root: srv/sum', `root: ${PATH}`],
  ['root: /', `root: ${PATH}`],
  ['root: "/srv/sum/$(reboot)"', `root: ${PATH}`],
  ['root: "/srv/sum/a b"', `root: ${PATH}`],
  ['root: "/srv/sum/a\\nb"', `root: ${PATH}`],
  ['bin: /srv/./bin', `bin: ${PATH}`],
  ['bin: /srv//bin', `bin: ${PATH}`],
  ['url: ftp://acme.example', `url: ${URL_}`],
  ['url: https://acme.example/', `url: ${URL_}`],
  ['url: https://bot:secret@acme.example', `url: ${URL_}`],
  ['url: "http://"', `url: ${URL_}`],
  ['environment: live', 'environment: should be one of production, staging, dev'],
  ['name: ""', `name: ${NAME}`],
  ['name: "Acme\\u202E"', `name: ${NAME}`],
  [
    'settings: acme-kitchens',
    'settings: should be a Python module such as acme_kitchens.settings.production',
  ],
  ['channel: "#ops"', 'channel: should be a Slack channel id (C…)'],
  ['channel:', 'channel: should be a Slack channel id (C…)'],
  ['stakeholders: {}', 'stakeholders.channel: is missing; it should be a Slack channel id (C…)'],
  ['stakeholders: C01STATUS', 'stakeholders: should be a mapping with keys'],
  ['operators: [alice]', `operators[0]: ${PERSON}`],
  ['operators: ["@alice", U01ALICE, C01OPS]', `operators[0]: ${PERSON}`, `operators[2]: ${PERSON}`],
  ['escalation: U01ALICE', 'escalation: should be a list of Slack user ids (U…) or user group ids (S…)'],
  ['approval: { expires: 30s }', `approval.expires: ${EXPIRES}`],
  ['approval: { expires: 25h }', `approval.expires: ${EXPIRES}`],
  ['approval: { expires: 15 }', `approval.expires: ${EXPIRES}`],
  ['retention: { safetyBackups: 0 }', 'retention.safetyBackups: should be a whole number from 1 to 100'],
  [
    'retention: { days: 1 }',
    'retention.days: is not a known key; the keys here are safetyBackups, environments',
  ],
  ['followUps: { remind: 9s }', 'followUps.remind: should be a duration from 10s to 30d, such as 12h or 3d'],
  ['followUps: { remind: 31d }', 'followUps.remind: should be a duration from 10s to 30d, such as 12h or 3d'],
  ['approval: { quorum: 0 }', 'approval.quorum: should be a whole number from 1 to 5'],
  ['approval: { quorum: 1.5 }', 'approval.quorum: should be a whole number from 1 to 5'],
  ['aprovers: []', 'aprovers: is not a known key; did you mean approvers?'],
  ['approval: { quorom: 1 }', 'approval.quorom: is not a known key; did you mean quorum?'],
  ['approval: { wait: 1 }', 'approval.wait: is not a known key; the keys here are expires, quorum'],
])('the line %j of a site is refused by its path', (line, ...expected) => {
  expect(problems(withLine(line))).toEqual(expected.map((message) => `rollback.yml:7 sites[0].${message}`));
});

test.each([
  ['address: -oProxyCommand=reboot', 'address: should be a host name or an IP address'],
  ['address: 10.0.0.5; reboot', 'address: should be a host name or an IP address'],
  ['address: "10.0.0.5:22"', 'address: should be a host name or an IP address'],
  ['address: 10.0.0.5, port: 0', `port: ${PORT}`],
  ['address: 10.0.0.5, port: 65536', `port: ${PORT}`],
  ['address: 10.0.0.5, port: "22"', `port: ${PORT}`],
  ['address: 10.0.0.5, user: Root', 'user: should be a Unix user name such as deploy'],
  ['address: 10.0.0.5, user: -l', 'user: should be a Unix user name such as deploy'],
  [
    'address: 10.0.0.5, fingerprint: "MD5:aa"',
    'fingerprint: should be a host key fingerprint: SHA256: and 43 characters, as ssh-keygen -lf prints it',
  ],
  ['port: 22', 'address: is missing; it should be a host name or an IP address'],
  [
    'address: 10.0.0.5, jump: { address: bastion }',
    'jump: should be a list of the jump hosts on the way, starting at the bot',
  ],
  ['address: 10.0.0.5, jump: [bastion]', 'jump[0]: should be a mapping with keys'],
  [
    'address: 10.0.0.5, jump: [{ port: 22 }]',
    'jump[0].address: is missing; it should be a host name or an IP address',
  ],
  ['address: 10.0.0.5, jump: [{ address: -J }]', 'jump[0].address: should be a host name or an IP address'],
  [
    'address: 10.0.0.5, jump: [{ address: b, jump: [] }]',
    'jump[0].jump: is not a known key; the keys here are address, port, user, fingerprint',
  ],
])('the host { %s } is refused by its path', (host, message) => {
  expect(problems(`sites:\n  - slug: acme\n    domain: acme.example\n    host: { ${host} }\n`)).toEqual([
    `rollback.yml:4 sites[0].host.${message}`,
  ]);
});

test.each([
  ['Acme', false],
  ['acme_kitchens', false],
  ['-acme', false],
  ['1acme', false],
  [`a${'b'.repeat(41)}`, false],
  [`a${'b'.repeat(40)}`, true],
  ['acme-2', true],
])('whether the slug %s is well-formed: %s', (slug, well) => {
  const text = SITE.replace('slug: acme-kitchens', `slug: ${slug}`);

  expect(problems(text)).toEqual(
    well
      ? []
      : [
          'rollback.yml:2 sites[0].slug: should be a slug: a lower-case letter, then up to 40 lower-case letters, digits and dashes',
        ],
  );
});

test.each(['Acme.example', 'acme..example', 'acme.example.', '-acme.example', 'https://acme.example', 'a b'])(
  'the domain %s is refused',
  (domain) => {
    expect(problems(SITE.replace('domain: acme-kitchens.example', `domain: ${domain}`))).toEqual([
      'rollback.yml:3 sites[0].domain: should be a host name in lower case, such as acme-kitchens.example',
    ]);
  },
);

test.each([
  [
    'repository: "ext::sh -c reboot"',
    'repository: should be a git repository such as git@example.com:ops/platform.git',
  ],
  [
    'repository: --upload-pack=reboot',
    'repository: should be a git repository such as git@example.com:ops/platform.git',
  ],
  [
    'repository: "https://bot:secret@example.com/a.git"',
    'repository: should be a git repository without a password in it; give the bot a deploy key instead',
  ],
  ['repository: /srv/git/a.git, branch: "--force"', 'branch: should be the name of a branch'],
  ['repository: /srv/git/a.git, branch: a..b', 'branch: should be the name of a branch'],
  ['repository: /srv/git/a.git, matrix: ../a.md', 'matrix: should be a path inside the repository'],
  ['repository: /srv/git/a.git, matrix: /a.md', 'matrix: should be a path inside the repository'],
  ['repository: /srv/git/a.git, incidents: .git/config', 'incidents: should be a path inside the repository'],
  [
    'repository: /srv/git/a.git, rollingBranch: develop',
    'rollingBranch: should be another branch than develop, which people keep',
  ],
  [
    'repository: /srv/git/a.git, matrix: a.md, incidents: a.md',
    'incidents: should be another file than the matrix',
  ],
  [
    'repository: /srv/git/a.git, pullRequest: { command: gh pr create }',
    'pullRequest.command: should be a list of words: the program and its arguments',
  ],
  [
    'repository: /srv/git/a.git, pullRequest: { command: [] }',
    'pullRequest.command: should be a list of words: the program and its arguments',
  ],
  [
    'repository: /srv/git/a.git, author: { name: A, email: nobody }',
    'author.email: should be an e-mail address',
  ],
  [
    'repository: /srv/git/a.git, author: { name: "A <b>", email: a@b }',
    'author.name: should be a name of 1 to 80 characters without < and >',
  ],
  [
    'branch: develop',
    'repository: is missing; it should be a git repository such as git@example.com:ops/platform.git',
  ],
])('the records { %s } are refused by their path', (records, message) => {
  expect(problems(`${SITE}records: { ${records} }\n`)).toEqual([`rollback.yml:7 records.${message}`]);
});

test('all problems are named at once, in the order of the file, each with its line', () => {
  expect(
    problems(`defaults:
  aprovers: []
  host: { port: 99999 }
sites:
  - slug: Acme
    name: 4
  - acme
redis: { allowUnfit: maybe }
sights: []
`),
  ).toEqual([
    'rollback.yml:2 defaults.aprovers: is not a known key; did you mean approvers?',
    `rollback.yml:3 defaults.host.port: ${PORT}`,
    'rollback.yml:5 sites[0].slug: should be a slug: a lower-case letter, then up to 40 lower-case letters, digits and dashes',
    'rollback.yml:5 sites[0].domain: is missing; it should be a host name in lower case, such as acme-kitchens.example',
    'rollback.yml:5 sites[0].host.address: is missing; it should be a host name or an IP address',
    `rollback.yml:6 sites[0].name: ${NAME}`,
    'rollback.yml:7 sites[1]: should be a mapping with keys',
    'rollback.yml:8 redis.allowUnfit: should be true or false',
    'rollback.yml:9 sights: is not a known key; did you mean sites?',
  ]);
});

test.each([
  ['', ['rollback.yml: is empty; start from rollback.example.yml']],
  ['# nothing\n', ['rollback.yml: is empty; start from rollback.example.yml']],
  ['- slug: acme\n', ['rollback.yml:1: should be a mapping with keys']],
  ['defaults: {}\n', ['rollback.yml:1 sites: is missing; it should be a list of sites']],
  ['sites: []\n', ['rollback.yml:1 sites: should be a list with at least one site']],
  ['sites: {}\n', ['rollback.yml:1 sites: should be a list of sites']],
  ['a: 1\nsites: 1\na: 2\n', ['rollback.yml:3 a: appears twice in one place; keep one of them']],
  ['sites:\n\t- slug: a\n', ['rollback.yml:2: is not valid YAML: Tabs are not allowed as indentation']],
  [
    'sites: !!js/function "process.exit()"\n',
    ['rollback.yml:1: is not valid YAML: Unresolved tag: tag:yaml.org,2002:js/function'],
  ],
  [
    'sites: *none\n',
    ['rollback.yml: is not valid YAML: Unresolved alias (the anchor must be set before the alias): none'],
  ],
])('the file %j is refused', (text, expected) => {
  expect(problems(text)).toEqual(expected);
});

test('aliases that multiply beyond reason are refused', () => {
  const levels = 'bcdefghij'.split('').map((name, index) => {
    const before = 'abcdefghi'[index];
    return `${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`;
  });

  expect(problems(['a: &a [x]', ...levels].join('\n'))).toEqual([
    'rollback.yml: is not valid YAML: Excessive alias count indicates a resource exhaustion attack',
  ]);
});

const second = (lines: string) => `${SITE}  - ${lines}`;

test.each([
  [
    'the same slug in the same environment',
    second('slug: acme-kitchens\n    domain: b.example\n    host: { address: 10.0.0.6 }\n'),
    'is acme-kitchens@production, the same as sites[0]; change the slug or the environment',
  ],
  [
    'the same root on the same host',
    second(
      'slug: b\n    domain: b.example\n    host: { address: 10.0.0.5 }\n    root: /srv/sum/acme-kitchens\n',
    ),
    'has the same host and root as sites[0] (/srv/sum/acme-kitchens); give each its own',
  ],
  [
    'the same slug on the same host',
    second(
      'slug: acme-kitchens\n    environment: dev\n    domain: b.example\n    host: { address: 10.0.0.5 }\n    root: /srv/dev\n',
    ),
    'has the slug acme-kitchens on the same host as sites[0], so both would have the same systemd units; use another slug or host',
  ],
])('%s is refused', (_, text, message) => {
  expect(problems(text)).toEqual([`rollback.yml:7 sites[1].slug: ${message}`]);
});

test.each([
  [
    'nobody may ask',
    SITE.replace('[U01ALICE]', '[]'),
    'rollback.yml:5 sites[0].requesters: is empty, so nobody can roll back acme-kitchens@production; add someone',
  ],
  [
    'nobody may approve',
    SITE.replace('[U02BOB]', '[]'),
    'rollback.yml:6 sites[0].approvers: is empty, so nobody can approve a rollback of acme-kitchens@production; add someone',
  ],
  [
    'the only approver is the only requester',
    SITE.replace('U01ALICE', 'U02BOB'),
    "rollback.yml:6 sites[0].approvers: names only U02BOB, who is also the only requester of acme-kitchens@production and can't approve their own rollback; add a second person",
  ],
  [
    'there are fewer approvers than have to approve',
    withLine('approval: { quorum: 2 }'),
    'rollback.yml:6 sites[0].approvers: names 1 of the 2 people that approval.quorum asks for; add more people or lower the quorum',
  ],
])('a warning, not a problem, where %s', (_, text, warning) => {
  expect(valid(text).warnings).toEqual([warning]);
});

test('the nightly look is off until it is asked for', () => {
  const { inventory, settings } = valid(withLine('readiness: { backupMaxAge: 1h }'));

  expect(settings.readiness).toBeNull();
  expect(inventory.sites[0]).not.toHaveProperty('readiness');
});

test('the nightly look has defaults, which a site may change or leave out', () => {
  const { inventory, settings } = valid(
    `defaults: { readiness: { backupMaxAge: 48h }, channel: C01OPS }\nreadiness: {}\n${SITE}  - slug: birch-bakery
    domain: birch-bakery.example
    host: { address: 10.0.0.6 }
    readiness: { prepare: false }
  - slug: cedar-clinic
    domain: cedar-clinic.example
    host: { address: 10.0.0.7 }
    readiness: { enabled: false }
`,
  );

  expect(settings.readiness).toEqual({ at: '03:30', timeZone: 'UTC' });
  expect(inventory.sites.map((site) => site.readiness)).toEqual([
    { backupMaxAgeMs: 172_800_000, prepare: true },
    { backupMaxAgeMs: 172_800_000, prepare: false },
    undefined,
  ]);
});

test('a report has somewhere to go, or somebody is warned', () => {
  const warning =
    'rollback.yml:2 sites[0].channel: is missing, so nobody hears when acme-kitchens@production is no longer ready for a rollback; add it, or readiness.channel';

  expect(valid(`${SITE}readiness: {}\n`).warnings).toEqual([warning]);
  expect(valid(`${SITE}readiness: { channel: C01OPS }\n`).warnings).toEqual([]);
  expect(valid(`${withLine('channel: C01OPS')}readiness: {}\n`).warnings).toEqual([]);
  expect(valid(`${withLine('readiness: { enabled: false }')}readiness: {}\n`).warnings).toEqual([]);
});

test.each([
  ['{ at: "24:00" }', 'readiness.at: should be a time of day in quotes, such as "03:30"'],
  ['{ at: 3 }', 'readiness.at: should be a time of day in quotes, such as "03:30"'],
  ['{ timeZone: Europe/Londn }', 'readiness.timeZone: should be a time zone such as Europe/London'],
  ['{ timeZone: "" }', 'readiness.timeZone: should be a time zone such as Europe/London'],
  ['{ channel: ops }', 'readiness.channel: should be a Slack channel id (C…)'],
  ['{ hour: 3 }', 'readiness.hour: is not a known key; the keys here are at, timeZone, channel'],
  ['off', 'readiness: should be a mapping with keys'],
])('the nightly look cannot be %s', (value, problem) => {
  expect(problems(`${SITE}readiness: ${value}\n`)).toEqual([`rollback.yml:7 ${problem}`]);
});

test.each([
  ['{ backupMaxAge: 10m }', 'backupMaxAge: should be a duration from 1h to 2000h, such as 26h'],
  ['{ backupMaxAge: 3d }', 'backupMaxAge: should be a duration from 1h to 2000h, such as 26h'],
  ['{ prepare: maybe }', 'prepare: should be true or false'],
  ['{ enabled: off }', 'enabled: should be true or false'],
])('a site cannot be looked at by %s', (value, problem) => {
  expect(problems(withLine(`readiness: ${value}`))).toEqual([`rollback.yml:7 sites[0].readiness.${problem}`]);
});

test('a user group is never taken for one person', () => {
  expect(valid(SITE.replace('U01ALICE', 'S01ONCALL').replace('U02BOB', 'S01ONCALL')).warnings).toEqual([]);
});

test('a key that would reach into the prototype is an unknown key', () => {
  const text = 'defaults:\n  __proto__: { approvers: [U01EVE] }\n  constructor: 1\n';

  expect(problems(`${text}${SITE}`).map((line) => line.replace(/;.*/, ''))).toEqual([
    'rollback.yml:2 defaults.__proto__: is not a known key',
    'rollback.yml:3 defaults.constructor: is not a known key',
  ]);
});

test('an unknown key of odd characters is shown in quotes and in ASCII', () => {
  const [line] = problems(withLine('"a b\\u202E\\n": 1'));

  expect(line).toMatch(
    /^rollback\.yml:7 sites\[0\]\."a b\?\\n": is not a known key; the keys here are slug, name, /,
  );
});

test('what the smoke tests need is filled in, the parts of a site replacing those of the defaults', () => {
  const { inventory } = valid(`defaults:
  smoke:
    login: { user: check, passwordFile: /etc/rollback-bot/check.password }
    form: { path: /contact/ }
${SITE}    smoke:
      connect: 10.0.0.5
      form: { path: /en/contact/, fields: { phone: "1" } }
`);

  expect(inventory.sites[0]?.smoke).toEqual({
    connect: '10.0.0.5',
    login: { user: 'check', passwordFile: '/etc/rollback-bot/check.password' },
    form: { path: '/en/contact/', fields: { phone: '1' } },
  });
});

test.each([
  ['smoke: { login: { user: check } }', 'passwordFile'],
  ['smoke: { login: { user: check, passwordFile: password } }', 'should be an absolute path'],
  ['smoke: { form: { path: https://elsewhere.example/ } }', 'should be a path such as /contact/'],
  ['smoke: { form: { path: //elsewhere.example/ } }', 'should be a path such as /contact/'],
  [
    'smoke: { form: { path: /, fields: { phone: 1 } } }',
    'should be a text of at most 500 characters in quotes',
  ],
  ['smoke: { connect: "http://10.0.0.5" }', 'should be a host name or an IP address'],
  ['smoke: { password: secret }', 'password'],
])('%s is a problem', (line, named) => {
  expect(problems(withLine(line)).join('\n')).toContain(named);
});

const WORDS_OVER = '{site}, {domain}, {since}, {until}, {downtime}, {lost}';

test.each([
  ['every: 5s', 'every: should be a duration from 10s to 1h, such as 90s or 5m'],
  [
    'words: { begun: x }',
    'words.begun: is not a known key; the keys here are started, still-working, people-called, restored, as-before, not-restored',
  ],
  ['words: { started: "" }', 'words.started: should be a text of 1 to 1000 characters'],
  [
    'words: { restored: "{site} is up since {sinse}" }',
    `words.restored: should be a text with no placeholders but ${WORDS_OVER}; {sinse} is not one of them`,
  ],
  [
    'words: { started: "{site} until {until}" }',
    'words.started: should be a text with no placeholders but {site}, {domain}, {since}, {next}; {until} is not one of them',
  ],
  [
    'words: { restored: "{site is up" }',
    `words.restored: should be a text whose braces belong to one of ${WORDS_OVER}; one brace stands alone (write {{ or }} for a brace itself)`,
  ],
  ['webhook: { url: status.example }', 'webhook.url: should be an http or https address'],
  [
    'webhook: { url: "https://bot:secret@status.example" }',
    'webhook.url: should be an http or https address without a password in it; put the password into secret',
  ],
  [
    'webhook: { url: "https://status.example", headers: { Authorization: Bearer x } }',
    'webhook.headers.Authorization: should be the name of a header that holds no secret; put this one into secret',
  ],
  [
    'webhook: { url: "https://status.example", headers: { Content-Type: text/plain } }',
    "webhook.headers.Content-Type: should be the name of a header that the bot doesn't set itself",
  ],
  [
    'webhook: { url: "https://status.example", secret: { file: token } }',
    'webhook.secret.file: should be an absolute path of letters, digits and . _ - without .. and without a slash at the end',
  ],
  [
    'webhook: { url: "https://status.example", statuses: { restored: "" } }',
    'webhook.statuses.restored: should be a text of 1 to 100 characters',
  ],
  [
    'webhook: { url: "https://status.example", body: text }',
    'webhook.body: should be a mapping, sent as JSON',
  ],
  [
    'webhook: { url: "https://status.example", body: { a: [{ b: "{sight}" }] } }',
    'webhook.body.a[0].b: should be a text with no placeholders but {run}, {slug}, {environment}, {site}, {domain}, {status}, {text}, {since}, {until}, {nextAt}, {downtimeSeconds}, {lostFrom}, {lostUntil}; {sight} is not one of them',
  ],
  [
    'webhook: { url: "https://status.example", body: &a { b: *a } }',
    'webhook.body: should be JSON of at most 10000 characters and 10 levels',
  ],
])('stakeholders with { %s } are refused by their path', (more, message) => {
  expect(problems(withLine(`stakeholders: { channel: C01STATUS, ${more} }`))).toEqual([
    `rollback.yml:7 sites[0].stakeholders.${message}`,
  ]);
});

test('stakeholders merge key by key, the wording as well, and a webhook is filled in', () => {
  const { inventory } = valid(`defaults:
  stakeholders: { channel: C01STATUS, words: { started: "{site} pauses", restored: "{site} is up" } }
sites:
  - slug: one
    domain: one.example
    host: { address: 10.0.0.5 }
    stakeholders:
      every: 90s
      words: { restored: "{site} is back: {lost}" }
      webhook:
        url: https://status.example/hook
        secret: { file: /etc/rollback-bot/status.token }
        statuses: { restored: resolved }
        body: { title: "{site}", tags: [1, null] }
  - slug: two
    domain: two.example
    host: { address: 10.0.0.6 }
`);

  expect(inventory.sites.map((site) => site.stakeholders)).toEqual([
    {
      channel: 'C01STATUS',
      everyMs: 90_000,
      words: { started: '{site} pauses', restored: '{site} is back: {lost}' },
      webhook: {
        url: 'https://status.example/hook',
        headers: {},
        secret: { header: 'Authorization', file: '/etc/rollback-bot/status.token' },
        stillWorking: false,
        statuses: { restored: 'resolved' },
        body: { title: '{site}', tags: [1, null] },
      },
    },
    { channel: 'C01STATUS', everyMs: 300_000, words: { started: '{site} pauses', restored: '{site} is up' } },
  ]);
});
