import { expect, test } from 'vitest';
import { unknownRun } from '../../src/commands/find-run.ts';
import { site } from '../support/builders.ts';

const SITES = [site(), site({ slug: 'sage-stone' }), site({ slug: 'sage-stone', environment: 'staging' })];
const HISTORY = '`/rollback history` lists the newest runs.';

test.each([
  ['acme-kitchens-99', 'There is no run `acme-kitchens-99`.', HISTORY],
  ['sage-stone-3', 'There is no run `sage-stone-3`.', HISTORY],
  ['acme-kichens-7', 'There is no run `acme-kichens-7`.', 'Did you mean `acme-kitchens`?'],
  ['acme-kichens', 'There is no site `acme-kichens`.', 'Did you mean `acme-kitchens`?'],
  [
    'sage-stone',
    '`sage-stone` has several environments.',
    'Say which: `sage-stone@production` or `sage-stone@staging`.',
  ],
])('%s', (text, sentence, next) => {
  expect(unknownRun(SITES, text)).toEqual({ kind: 'problem', sentence, next });
});
