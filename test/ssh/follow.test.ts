import { expect, it } from 'vitest';
import { parseJournalLine, parseStatus } from '../../src/ssh/follow.ts';

it.each([
  ['absent', { kind: 'absent' }],
  ['running 12', { kind: 'running', quietSeconds: 12 }],
  ['done done healthy 0', { kind: 'done', outcome: 'done', step: 'healthy', code: 0 }],
  ['done hold put-back-code 1', { kind: 'done', outcome: 'hold', step: 'put-back-code', code: 1 }],
  ['done hold *bold* 1', null],
  ['done hold <@U02BOB> 1', null],
  [`done hold ${'x'.repeat(200)} 1`, null],
  ['done won healthy 0', null],
  ['done done healthy 0x1', null],
  ['running x', null],
  ['x', null],
])('what the host says of its program: %j', (text, status) => {
  expect(parseStatus(text)).toEqual(status);
});

it.each([
  ['put-back-code', 'put-back-code'],
  ['*bold*', undefined],
  ['<!channel>', undefined],
  ['a\u200bb', undefined],
  ['x'.repeat(200), undefined],
])('what the host says of a step: %j', (name, known) => {
  expect(parseJournalLine(`1772331601000\tend\t${name}\t0\t12`)?.name).toBe(known);
});
