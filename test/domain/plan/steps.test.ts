import { expect, test } from 'vitest';
import { exitCode } from '../../../src/domain/plan/steps.ts';

test.each([
  [1, 'exit code 1'],
  [73, 'it did not start, because the program could not write on the host: check whether the disk is full'],
  [124, 'it took too long'],
  [130, 'it was cancelled'],
  [137, 'it took too long'],
])('exit code %d is told to people as "%s"', (code, words) => {
  expect(exitCode(code)).toBe(words);
});
