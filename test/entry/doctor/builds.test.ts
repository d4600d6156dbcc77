import { expect, test } from 'vitest';
import { buildsResult } from '../../../src/entry/doctor/host-checks.ts';
import { renderResult } from '../../../src/entry/parts/check-result.ts';
import { origin, site } from '../fixtures.ts';

const said = (asked: Parameters<typeof buildsResult>[1]) =>
  buildsResult(site, asked).map(renderResult).join('');

test('whether builds are kept away from the site', () => {
  expect(said({ answer: origin })).toBe(
    'ok    acme-kitchens@production: builds: kept away from .env, backups, processes and files of the site\n',
  );
  expect(
    said({ answer: { ...origin, confinesBuilds: false } }),
  ).toBe(`warn  acme-kitchens@production: builds: what builds a version can read .env and change files of the site: this host gives the login no user namespaces
      fix: if your rules for the host permit it, allow them: sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns
`);
});

test('nothing is said if the host could not be asked', () => {
  expect(said({ error: 'no route' })).toBe('');
  expect(said({ answer: { problem: '/srv/x/app: none' } })).toBe('');
});
