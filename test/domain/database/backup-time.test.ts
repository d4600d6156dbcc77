import { describe, expect, it } from 'vitest';
import { backupTime } from '../../../src/domain/database/backup-time.ts';

const LOCAL = { named: '2026-11-30T07:03:57Z', isUtc: false };
const UTC = { ...LOCAL, isUtc: true };
const COPIED =
  'it took long or was copied, so the time in its name counts, read as UTC; in another time zone that is wrong by hours';

/** Whether the name's time or the file's counts, since when it was certainly taken, and what is said about it. */
function judged(stamps: { named: string | null; isUtc: boolean }, modified: string) {
  const { takenAt, earliest, timeNote } = backupTime({ ...stamps, modified });
  const name = takenAt === stamps.named ? 'name' : takenAt === modified ? 'file' : takenAt;
  return [name, earliest, timeNote];
}

describe('when a backup was taken', () => {
  it.each([
    ['exactly UTC', LOCAL, '2026-11-30T07:03:57Z'],
    ['UTC, and it took a minute', LOCAL, '2026-11-30T07:05:00Z'],
    ['a Z', UTC, '2026-11-30T07:03:57Z'],
    ['a Z, and it took hours', UTC, '2026-11-30T11:00:00Z'],
    ['a Z, and it was copied three years later', UTC, '2029-11-30T07:03:57Z'],
    ['a Z, and it was copied exactly five hours later', UTC, '2026-11-30T12:03:57Z'],
    ['a Z, and clocks that differ by seconds', UTC, '2026-11-30T07:02:57Z'],
  ])('is in its name: %s', (_, stamps, modified) => {
    expect(judged(stamps, modified)).toEqual(['name', LOCAL.named, null]);
  });

  it.each([
    ['Berlin in winter', LOCAL, '2026-11-30T06:03:57Z', 'exactly 1 hour'],
    ['Berlin in summer, and it took a minute', LOCAL, '2026-11-30T05:05:00Z', 'exactly 2 hours'],
    ['Kathmandu', LOCAL, '2026-11-30T01:18:57Z', 'exactly 5 hours and 45 minutes'],
    ['Kiritimati', LOCAL, '2026-11-29T17:03:57Z', 'exactly 14 hours'],
    ['New York', LOCAL, '2026-11-30T12:03:57Z', 'exactly 5 hours'],
    ['Newfoundland', LOCAL, '2026-11-30T10:33:57Z', 'exactly 3 hours and 30 minutes'],
    ['Baker Island', LOCAL, '2026-11-30T19:03:57Z', 'exactly 12 hours'],
    ['a quarter of an hour', LOCAL, '2026-11-30T06:48:57Z', 'exactly 15 minutes'],
    ['a Z that is not true', UTC, '2026-11-30T06:03:57Z', 'exactly 1 hour'],
  ])('is that of the file if the name is in local time: %s', (_, stamps, modified, apart) => {
    const says = stamps.isUtc ? '2026-11-30 07:03:57 UTC' : '2026-11-30 07:03:57 and no time zone';
    expect(judged(stamps, modified)).toEqual([
      'file',
      '2026-11-29T17:03:57.000Z' < modified ? '2026-11-29T17:03:57.000Z' : modified,
      `its name says ${says}, but the file is of ${modified.slice(0, 19).replace('T', ' ')} UTC: ${apart} apart, so the name is in local time and the file's time counts`,
    ]);
  });

  it('is that of the file if that is older than the name, whatever the name says', () => {
    expect(judged(LOCAL, '2026-11-29T11:11:11Z')).toEqual([
      'file',
      '2026-11-29T11:11:11Z',
      "its name says 2026-11-30 07:03:57 and no time zone, but the file is of 2026-11-29 11:11:11 UTC: a file is never older than the backup in it, so the file's time counts",
    ]);
    expect(judged(UTC, '2026-11-30T06:40:00Z').slice(0, 2)).toEqual(['file', '2026-11-29T17:03:57.000Z']);
  });

  it('is in the name, and may be wrong by hours, if a copy has another time', () => {
    expect(judged(LOCAL, '2026-12-02T10:20:30Z')).toEqual([
      'name',
      '2026-11-29T17:03:57.000Z',
      `its name says 2026-11-30 07:03:57 and no time zone, but the file is of 2026-12-02 10:20:30 UTC: ${COPIED}`,
    ]);
  });

  it('is in the name without a word if the backup took some minutes, but proves nothing then', () => {
    expect(judged(LOCAL, '2026-11-30T07:12:00Z')).toEqual(['name', '2026-11-29T17:03:57.000Z', null]);
  });

  it('is that of the file if the name has none, and proves nothing', () => {
    expect(judged({ named: null, isUtc: false }, '2026-11-30T06:03:57Z')).toEqual(['file', null, null]);
  });
});
