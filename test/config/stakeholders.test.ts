import { expect, test } from 'vitest';
import { problems, SITE, valid, withLine } from './file-support.ts';

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
