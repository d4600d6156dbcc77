import { expect, test } from 'vitest';
import { siteResults } from '../../../src/entry/doctor/site-checks.ts';
import { renderResult } from '../../../src/entry/parts/check-result.ts';
import { site } from '../fixtures.ts';

/** Files of the worker can be looked at while the host is away. */
const away = { failure: 'unreachable', why: 'it does not answer', presented: null, jump: null } as const;
const healthy = { status: 200, word: 'ok', failing: [] };
const NOW = '2026-01-12T12:00:00.000Z';

test('the password file of a configured login has to be readable here, and is not asked for otherwise', () => {
  const smoke = { login: { user: 'check', passwordFile: '/etc/rollback-bot/acme.password' } };
  const said = (passwordProblem: string | null) =>
    siteResults(
      { ...site, smoke },
      { host: away, health: healthy, passwordProblem, secretProblem: null, pagerProblem: null },
      NOW,
    )
      .map(renderResult)
      .at(-1);

  expect(said(null)).toBe(
    'ok    acme-kitchens@production: smoke.login: /etc/rollback-bot/acme.password can be read\n',
  );
  expect(said('/etc/rollback-bot/acme.password cannot be read (ENOENT)')).toBe(
    `FAIL  acme-kitchens@production: smoke.login: /etc/rollback-bot/acme.password cannot be read (ENOENT)
      fix: as the user that runs the worker: (umask 077; cat > /etc/rollback-bot/acme.password), type the password and Ctrl-D
`,
  );
});

test("the file of a status page's secret has to be readable here as well", () => {
  const webhook = {
    url: 'https://status.example',
    headers: {},
    secret: { header: 'Authorization', file: '/etc/rollback-bot/status.token' },
    stillWorking: false,
    statuses: {},
  };
  const stakeholders = { channel: 'C02STATUS', everyMs: 300_000, words: {}, webhook };
  const said = (secretProblem: string | null) =>
    siteResults(
      { ...site, stakeholders },
      { host: away, health: healthy, passwordProblem: null, secretProblem, pagerProblem: null },
      NOW,
    )
      .map(renderResult)
      .at(-1);

  expect(said(null)).toBe(
    'ok    acme-kitchens@production: stakeholders.webhook.secret: /etc/rollback-bot/status.token can be read\n',
  );
  expect(said('/etc/rollback-bot/status.token is empty')).toBe(
    `FAIL  acme-kitchens@production: stakeholders.webhook.secret: /etc/rollback-bot/status.token is empty
      fix: as the user that runs the worker: (umask 077; cat > /etc/rollback-bot/status.token), type the value of the header and Ctrl-D
`,
  );
});

test('the file of the secret for the pager is read as the others are', () => {
  const paging = {
    ...site.paging,
    secret: { header: 'Authorization', file: '/etc/rollback-bot/pager.token' },
  };
  const facts = { host: away, health: healthy, passwordProblem: null, secretProblem: null };
  const said = (pagerProblem: string | null) =>
    siteResults({ ...site, paging }, { ...facts, pagerProblem }, NOW)
      .map(renderResult)
      .at(-1);

  expect(said(null)).toBe(
    'ok    acme-kitchens@production: paging.secret: /etc/rollback-bot/pager.token can be read\n',
  );
  expect(said('/etc/rollback-bot/pager.token cannot be read (EACCES)')).toContain(
    'FAIL  acme-kitchens@production: paging.secret: /etc/rollback-bot/pager.token cannot be read (EACCES)\n',
  );
});
