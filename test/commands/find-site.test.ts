import { expect, test } from 'vitest';
import { findSite } from '../../src/commands/find-site.ts';
import type { Environment, Site } from '../../src/domain/site/site.ts';

function site(slug: string, environment: Environment = 'production'): Site {
  return {
    slug,
    environment,
    name: slug
      .split('-')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(' '),
    domain: environment === 'production' ? `${slug}.example` : `${environment}.${slug}.example`,
    url: `https://${slug}.example`,
    host: { address: '10.0.0.5', port: 22, user: 'deploy' },
    root: `/srv/sum/${slug}`,
    bin: '/srv/sum/bin',
    requesters: [],
    approvers: [],
    operators: [],
    escalation: [],
    readers: 'members',
    paging: { everyMs: 300_000 },
    approval: { expiresMs: 900_000, quorum: 1 },
    retention: { safetyBackups: 3, environments: 3 },
    followUps: { remindMs: 259_200_000 },
  };
}

const SITES = [
  site('acme-kitchens'),
  site('sage-stone', 'production'),
  site('sage-stone', 'staging'),
  site('bakery-north'),
  site('bakery-south'),
];

test.each([
  ['acme-kitchens', SITES[0]],
  ['acme-kitchens@production', SITES[0]],
  ['sage-stone@staging', SITES[2]],
])('%s is found', (text, found) => {
  expect(findSite(SITES, text)).toEqual({ kind: 'found', site: found });
});

test.each([
  [
    'sage-stone',
    '`sage-stone` has several environments.',
    'Say which: `sage-stone@production` or `sage-stone@staging`.',
  ],
  [
    'acme-kitchens@staging',
    '`acme-kitchens` has no environment `staging`.',
    'It has `acme-kitchens@production`.',
  ],
  ['acme-kitchen', 'There is no site `acme-kitchen`.', 'Did you mean `acme-kitchens`?'],
  ['acme-kithcens', 'There is no site `acme-kithcens`.', 'Did you mean `acme-kitchens`?'],
  ['acme', 'There is no site `acme`.', 'Did you mean `acme-kitchens`?'],
  ['bakery', 'There is no site `bakery`.', 'Did you mean `bakery-north` or `bakery-south`?'],
  ['sage-stome@staging', 'There is no site `sage-stome@staging`.', 'Did you mean `sage-stone`?'],
  ['Acme Kitchens', 'There is no site `Acme Kitchens`.', 'Did you mean `acme-kitchens`?'],
  ['acme kitchens', 'There is no site `acme kitchens`.', 'Did you mean `acme-kitchens`?'],
  ['Acme_Kitchens', 'There is no site `Acme_Kitchens`.', 'Did you mean `acme-kitchens`?'],
  ['Acme Kichens', 'There is no site `Acme Kichens`.', 'Did you mean `acme-kitchens`?'],
  ['acme-kitchens.example', 'There is no site `acme-kitchens.example`.', 'Did you mean `acme-kitchens`?'],
  [
    'Sage Stone',
    'There is no site `Sage Stone`.',
    'Did you mean `sage-stone@production` or `sage-stone@staging`?',
  ],
  [
    'staging.sage-stone.example',
    'There is no site `staging.sage-stone.example`.',
    'Did you mean `sage-stone@staging`?',
  ],
  ['deploy acme-kitchens to', 'There is no site `deploy acme-kitchens to`.', 'Did you mean `acme-kitchens`?'],
  [
    'Dune Dental',
    'There is no site or command `Dune Dental`.',
    'Type `/rollback sites` for the sites, or `/rollback help` for the commands.',
  ],
  ['stauts', 'There is no site or command `stauts`.', 'Did you mean `/rollback status`?'],
  [
    'deploy',
    'There is no site or command `deploy`.',
    'Type `/rollback sites` for the sites, or `/rollback help` for the commands.',
  ],
  [
    'rewind',
    'There is no site or command `rewind`.',
    'Type `/rollback sites` for the sites, or `/rollback help` for the commands.',
  ],
  [
    '`<!channel>`\n',
    "There is no site or command `'<!channel>'`.",
    'Type `/rollback sites` for the sites, or `/rollback help` for the commands.',
  ],
])('%j is not found, and the answer says what to do', (text, sentence, next) => {
  expect(findSite(SITES, text)).toEqual({ kind: 'problem', sentence, next });
});

test('without sites there is nothing to suggest', () => {
  expect(findSite([], 'acme')).toEqual({
    kind: 'problem',
    sentence: 'No sites are configured.',
    next: 'Add one to `sites` in the configuration and restart the bot.',
  });
});
