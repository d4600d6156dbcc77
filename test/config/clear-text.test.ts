import { expect, test } from 'vitest';
import { valid, withLine } from './file-support.ts';

test.each([
  [
    'the login of the smoke test goes unencrypted over the network',
    withLine('url: http://10.0.0.5:8001\n    smoke: { login: { user: check, passwordFile: /etc/pw } }'),
    'rollback.yml:8 sites[0].smoke.login: sends its password unencrypted over the network, because url is http://10.0.0.5:8001; make url https, or leave the login out',
  ],
  [
    'it does so because it connects elsewhere',
    withLine(
      'url: http://localhost:8001\n    smoke: { connect: 10.0.0.5, login: { user: check, passwordFile: /etc/pw } }',
    ),
    'rollback.yml:8 sites[0].smoke.login: sends its password unencrypted over the network, because url is http://localhost:8001; make url https, or leave the login out',
  ],
  [
    'the pager gets its password from the file that everybody may read',
    withLine('paging: { webhook: "https://bot:hunter2@pager.example/hook" }'),
    'rollback.yml:7 sites[0].paging.webhook: has a password in it, for whoever can read this file; put it into a file that only the bot can read, and name that in paging.secret of acme-kitchens@production',
  ],
  [
    'the pager is called unencrypted',
    withLine('paging: { webhook: "http://pager.example/hook" }'),
    'rollback.yml:7 sites[0].paging.webhook: sends what is wrong with the site unencrypted over the network; make it https',
  ],
  [
    'the pager gets its secret unencrypted',
    withLine('paging: { webhook: "http://pager.example/hook", secret: { file: /etc/pager } }'),
    'rollback.yml:7 sites[0].paging.webhook: sends its secret and what is wrong with the site unencrypted over the network; make it https',
  ],
  [
    'the status page gets its secret unencrypted',
    withLine(
      'stakeholders: { channel: C02STATUS, webhook: { url: "http://status.example/hook", secret: { file: /etc/status } } }',
    ),
    'rollback.yml:7 sites[0].stakeholders.webhook.url: sends its secret unencrypted over the network; make it https',
  ],
])('a warning, not a problem, where %s', (_, text, warning) => {
  expect(valid(text).warnings).toEqual([warning]);
});

test.each([
  'http://127.0.0.1:8001',
  'http://127.9.9.9',
  'http://localhost:8001',
  'http://acme.localhost',
  'http://[::1]:8001',
  'https://10.0.0.5',
])('nothing is said about a password that only this machine or nobody can read on its way: %s', (url) => {
  const more = `url: ${url}\n    smoke: { login: { user: check, passwordFile: /etc/pw } }\n    paging: { webhook: "${url}/hook", secret: { file: /etc/pager } }`;

  expect(valid(withLine(more)).warnings).toEqual([]);
});

test.each(['http://127.0.0.1.example', 'http://localhost.example', 'http://128.0.0.1', 'http://[::2]'])(
  'an address that only looks like this machine is warned about: %s',
  (url) => {
    const more = `url: ${url}\n    smoke: { login: { user: check, passwordFile: /etc/pw } }`;

    expect(valid(withLine(more)).warnings).toHaveLength(1);
  },
);

test('a warning shows no password', () => {
  const { warnings } = valid(withLine('paging: { webhook: "http://bot:hunter2@pager.example/hook" }'));

  expect(warnings).toHaveLength(2);
  expect(warnings.join()).not.toContain('hunter2');
});
