import { describe, expect, it } from 'vitest';
import { liveThroughout, ranHere } from '../../../src/domain/version/lives.ts';
import { commitOf } from '../../support/story/evidence.ts';

const [LIVE, GOOD, OTHER] = [commitOf('6'), commitOf('5'), commitOf('4')];

const reflog = (...entries: readonly (readonly [commit: string, at: string])[]) =>
  entries.map(([commit, at]) => ({ commit, at: `2026-03-${at}Z` }));

describe('until when a commit ran here', () => {
  it.each([
    [
      'its last time that was a day or more',
      reflog([LIVE, '20T10:00:00'], [GOOD, '10T10:00:00'], [LIVE, '08T10:00:00'], [GOOD, '01T10:00:00']),
      { until: '2026-03-20T10:00:00Z', lasted: true },
    ],
    [
      'not a short time after the first: someone tried a rollback by hand',
      reflog([LIVE, '20T10:00:00'], [GOOD, '20T09:00:00'], [LIVE, '08T10:00:00'], [GOOD, '08T01:00:00']),
      { until: '2026-03-08T10:00:00Z', lasted: false },
    ],
    [
      'not the newest checkout, which someone may have made by hand',
      reflog([GOOD, '22T10:00:00'], [LIVE, '20T10:00:00'], [GOOD, '10T10:00:00']),
      { until: '2026-03-20T10:00:00Z', lasted: true },
    ],
    [
      'with all checkouts of it that follow each other',
      reflog([LIVE, '20T10:00:00'], [GOOD, '20T09:59:50'], [GOOD, '10T10:00:00'], [OTHER, '01T10:00:00']),
      { until: '2026-03-20T10:00:00Z', lasted: true },
    ],
    ['unknown for a step of a deploy', reflog([LIVE, '20T10:00:00'], [GOOD, '20T09:59:30']), null],
    ['unknown by a clock that went backwards', reflog([LIVE, '20T10:00:00'], [GOOD, '21T10:00:00']), null],
    ['unknown for the only checkout', reflog([GOOD, '20T10:00:00']), null],
    ['unknown for what was never here', reflog([LIVE, '20T10:00:00'], [OTHER, '10T10:00:00']), null],
    ['unknown without a reflog', [], null],
  ])('%s', (_, entries, expected) => {
    expect(ranHere(GOOD, entries)).toEqual(expected);
  });
});

describe('the code that is live and stays', () => {
  it.each([
    [
      'ran until its last time ended, if it was here before',
      reflog([GOOD, '22T10:00:00'], [LIVE, '20T10:00:00'], [GOOD, '10T10:00:00']),
      '20T10:00:00',
    ],
    [
      'is taken to run with what was there at the first checkout that is known',
      reflog([GOOD, '22T10:00:00'], [LIVE, '20T10:00:00'], [OTHER, '10T10:00:00']),
      '10T10:00:00',
    ],
    [
      'whatever the order of the clock',
      reflog([GOOD, '22T10:00:00'], [LIVE, '08T10:00:00'], [OTHER, '10T10:00:00']),
      '08T10:00:00',
    ],
  ])('%s', (_, entries, until) => {
    expect(liveThroughout(GOOD, entries)?.until).toBe(`2026-03-${until}Z`);
  });

  it('is unknown without a reflog', () => {
    expect(liveThroughout(GOOD, [])).toBeNull();
  });
});
