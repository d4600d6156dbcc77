import { expect, it } from 'vitest';
import { filled, placeholderProblem } from '../../../src/domain/text/placeholders.ts';

const KNOWN = ['site', 'since'];
const ALONE =
  'a text whose braces belong to one of {site}, {since}, and {{ or }} where a brace itself is meant; one brace stands alone';

it.each([
  ['nothing to fill in', null],
  ['{site} since {since}', null],
  ['{{site}} is a brace, {{ too', null],
  ['{site}{{', null],
  ['{sinse}', 'a text whose placeholders are among {site}, {since}; {sinse} is none of them'],
  ['{constructor}', 'a text whose placeholders are among {site}, {since}; {constructor} is none of them'],
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
