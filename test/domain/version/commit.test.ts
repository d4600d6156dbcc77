import { expect, it } from 'vitest';
import { commitLabel, typedName } from '../../../src/domain/version/commit.ts';
import { commit } from '../../support/story/evidence.ts';

it.each<[Parameters<typeof commit>[0], string]>([
  [{ tags: ['v0.5.0'] }, 'v0.5.0'],
  [{ tags: ['feature/x@1'] }, 'feature/x@1'],
  [{ tags: [], pin: 'v0.5.3' }, 'v0.5.3'],
  [{ tags: [], pin: null }, '555555555555'],
  [{ tags: ['a b'] }, '555555555555'],
  [{ tags: ['--full'] }, '555555555555'],
  [{ tags: ['$(id)'] }, '555555555555'],
  [{ tags: ['v1\u200b'] }, '555555555555'],
  [{ tags: ['x'.repeat(101)] }, '555555555555'],
])('what people can type for a commit: %j', (more, typed) => {
  expect(typedName(commit(more))).toBe(typed);
});

it.each<[Parameters<typeof commit>[0], string]>([
  [{ tags: ['v0.5.0', 'other'] }, 'v0.5.0 (55555555)'],
  [{ tags: [], pin: null }, '55555555'],
  [{ tags: ['v1\n*Lost*  nothing\u200b'] }, 'v1 *Lost* nothing‹U+200B› (55555555)'],
  [{ tags: ['x'.repeat(200)] }, `${'x'.repeat(59)}… (55555555)`],
])('what people read for it: %j', (more, label) => {
  expect(commitLabel(commit(more))).toBe(label);
});
