import { expect, test } from 'vitest';
import { problems, SITE, valid, withLine } from './file-support.ts';

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
  [
    'approval: { always: yes please }',
    'approval.always: should be true, false, or a list of full, code-only, database-only, undo, go-back, retry, skip',
  ],
  [
    'approval: { quorum: 1.5 }',
    'approval.quorum: should be a whole number from 1 to 5, or a mapping of default, full, code-only, database-only, undo, go-back, retry, skip to such numbers',
  ],
  ['approval: { factor: sms }', 'approval.factor: should be one of totp, none'],
  ['aprovers: []', 'aprovers: is not a known key; did you mean approvers?'],
  ['approval: { quorom: 1 }', 'approval.quorom: is not a known key; did you mean quorum?'],
  [
    'approval: { wait: 1 }',
    'approval.wait: is not a known key; the keys here are expires, quorum, always, factor, breakGlass',
  ],
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

test.each([
  ['readers: everybody', 'the word members, or a list of Slack user ids (U…) or user group ids (S…)'],
  ['readers: [members]', 'a Slack user id (U…) or user group id (S…)'],
])('%s is no list of readers', (line, expectation) => {
  expect(problems(withLine(line)).join('\n')).toContain(`should be ${expectation}`);
});
