import { expect, test } from 'vitest';
import { unknownRun } from '../../src/commands/find-run.ts';
import { site } from '../support/story/site.ts';

const TWICE = ['sage-stone', 'studio-54'];
const SITES = [site(), ...TWICE.flatMap((slug) => [site({ slug }), site({ slug, environment: 'staging' })])];
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
  [
    'studio-54',
    '`studio-54` has several environments.',
    'Say which: `studio-54@production` or `studio-54@staging`.',
  ],
  ['studio-54-2', 'There is no run `studio-54-2`.', HISTORY],
])('%s', (text, sentence, next) => {
  expect(unknownRun(SITES, text)).toEqual({ kind: 'problem', sentence, next });
});
