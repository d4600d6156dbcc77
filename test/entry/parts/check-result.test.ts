import { expect, test } from 'vitest';
import { askOne, exitCodeOf, fail, ok, renderResult, warn } from '../../../src/entry/parts/check-result.ts';

test('a check is one line, and what to do stands under it', () => {
  expect(renderResult(ok('Redis: it answers'))).toBe('ok    Redis: it answers\n');
  expect(renderResult(warn('disk', 'almost full'))).toBe('warn  disk: almost full\n');
  expect(renderResult(fail('sudo', 'a right is missing', 'visudo, and add:\nthe line'))).toBe(
    'FAIL  sudo: a right is missing\n      fix: visudo, and add:\n           the line\n',
  );
});

test('what a host says stays in its line and draws nothing on the terminal', () => {
  expect(renderResult(fail('database', 'one\ntwo\u001b[31m red\u202e', 'do\u0007 it'))).toBe(
    'FAIL  database: one two‹U+001B›[31m red‹U+202E›\n      fix: do‹U+0007› it\n',
  );
});

test('one FAIL is exit code 1; warnings alone are 0', () => {
  expect(exitCodeOf([ok('a'), warn('b', 'c')])).toBe(0);
  expect(exitCodeOf([ok('a'), fail('b', 'c')])).toBe(1);
});

test('a question has an answer, an error, or a deadline, and never throws', async () => {
  expect(await askOne(1_000, async () => 7)).toEqual({ answer: 7 });
  expect(await askOne(1_000, () => Promise.reject(new Error('broken')))).toEqual({ error: 'broken' });
  expect(await askOne(1_000, () => Promise.reject('odd'))).toEqual({ error: 'odd' });
  expect(await askOne(10, () => new Promise(() => undefined))).toEqual({ error: 'no answer within 0 s' });
});
