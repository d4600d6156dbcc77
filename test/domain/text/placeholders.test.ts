import { expect, it } from 'vitest';
import { filled, placeholderProblem } from '../../../src/domain/text/placeholders.ts';

const KNOWN = ['site', 'since'];
const ALONE =
  'a text whose braces belong to one of {site}, {since}; one brace stands alone (write {{ or }} for a brace itself)';

it.each([
  ['nothing to fill in', null],
  ['{site} since {since}', null],
  ['{{site}} is a brace, {{ too', null],
  ['{site}{{', null],
  ['{sinse}', 'a text with no placeholders but {site}, {since}; {sinse} is not one of them'],
  ['{constructor}', 'a text with no placeholders but {site}, {since}; {constructor} is not one of them'],
  ['{site', ALONE],
  ['site}', ALONE],
  ['{}', ALONE],
  ['{ site }', ALONE],
  ['{{{', ALONE],
])('finds what is wrong with %s', (text, problem) => {
  expect(placeholderProblem(text, KNOWN)).toBe(problem);
});

it.each([
  ['{site} since {since}', 'Acme since {now}'],
  ['{{site}}', '{site}'],
  ['{{{site}}}', '{Acme}'],
  ['{until}', ''],
])('fills %s in, once', (text, result) => {
  expect(filled(text, { site: 'Acme', since: '{now}' })).toBe(result);
});
