import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { botOn, closeBots, EIGHT, SEVEN, TITLE, written } from './bots.ts';
import {
  AFTER,
  BEFORE,
  INCIDENTS,
  logText,
  MATRIX,
  makePlatform,
  matrixText,
  OLD_ENTRY,
  type Platform,
  ROLLING,
} from './platform.ts';

describe('the records of a run in the platform’s repository', () => {
  let platform: Platform;
  const bot = () => botOn(platform);

  beforeEach(() => {
    platform = makePlatform();
    vi.stubEnv('TMPDIR', platform.base);
  });

  afterEach(async () => {
    await closeBots();
    vi.unstubAllEnvs();
    platform.remove();
  });

  describe('while people work on the same files', () => {
    const birch = 'v0.6.0 | 2026-03-01 | Success';
    const theirs = OLD_ENTRY.replace('cedar-clinic', 'birch-bakery');
    const theirWork = {
      [MATRIX]: matrixText(BEFORE, birch),
      [INCIDENTS]: logText(OLD_ENTRY, theirs),
    };

    it('are based on the newest commit if everything on the branch is merged', async () => {
      const one = bot();
      await one.write(SEVEN);
      platform.merge('merge');
      platform.write({ 'README.md': 'changed\n' }, 'more');

      await one.write(EIGHT);

      expect(platform.subjects(ROLLING)).toEqual([TITLE]);
      expect(platform.git('rev-parse', `${ROLLING}^`)).toBe(platform.git('rev-parse', 'develop'));
      expect(platform.file(ROLLING, INCIDENTS)).toBe(logText(OLD_ENTRY, SEVEN.entry, EIGHT.entry));
    });

    it('do not merge unrelated commits', async () => {
      const one = bot();
      await one.write(SEVEN);
      platform.write({ 'README.md': 'changed\n' }, 'more');

      await one.write(EIGHT);

      expect(platform.subjects(ROLLING)).toEqual([TITLE, TITLE]);
    });

    it('merge the people’s changes first, row by row and entry by entry, if both have changed the files', async () => {
      const one = bot();
      await one.write(SEVEN);
      platform.write({ ...theirWork, 'README.md': 'changed\n' }, 'their records');

      await one.write(EIGHT);

      expect(platform.subjects(ROLLING)).toEqual([TITLE, `Merge branch 'develop' into ${ROLLING}`, TITLE]);
      expect(platform.file(ROLLING, MATRIX)).toBe(matrixText(AFTER, birch));
      expect(platform.file(ROLLING, INCIDENTS)).toBe(logText(OLD_ENTRY, theirs, SEVEN.entry, EIGHT.entry));
      expect(platform.file(ROLLING, 'README.md')).toBe('changed\n');
      platform.merge('merge');
      expect(platform.file('develop', INCIDENTS)).toBe(logText(OLD_ENTRY, theirs, SEVEN.entry, EIGHT.entry));
    });

    it('leave the merge to people if someone has committed something else to the branch', async () => {
      const one = bot();
      await one.write(SEVEN);
      platform.write({ 'notes.md': 'mine\n' }, 'my own', ROLLING);
      platform.write(theirWork, 'their records');

      await one.write(EIGHT);

      expect(platform.subjects(ROLLING)).toEqual([TITLE, 'my own', TITLE]);
      expect(platform.file(ROLLING, 'notes.md')).toBe('mine\n');
    });

    it('begin a new branch after it was squash-merged and deleted', async () => {
      const one = bot();
      await one.write(SEVEN);
      platform.merge('squash');
      platform.git('branch', '-D', ROLLING);

      expect(await one.write(SEVEN)).toMatchObject({ kind: 'written', branch: 'develop' });
      expect(platform.git('branch', '--list', ROLLING)).toBe('');
      await one.write(EIGHT);

      expect(platform.subjects(ROLLING)).toEqual([TITLE]);
      expect(platform.file(ROLLING, INCIDENTS)).toBe(logText(OLD_ENTRY, SEVEN.entry, EIGHT.entry));
    });

    it('are there once if the branch was squash-merged and stays', async () => {
      const one = bot();
      await one.write(SEVEN);
      platform.merge('squash');

      await one.write(SEVEN);
      await one.write(EIGHT);

      expect(platform.file(ROLLING, INCIDENTS)).toBe(logText(OLD_ENTRY, SEVEN.entry, EIGHT.entry));
      platform.merge('merge');
      expect(platform.file('develop', INCIDENTS)).toBe(logText(OLD_ENTRY, SEVEN.entry, EIGHT.entry));
      expect(platform.file('develop', MATRIX)).toBe(matrixText(AFTER));
    });

    it('are rebuilt on the new head if someone pushes at the same moment', async () => {
      // The hook runs between the bot's fetch and its push. It moves the branch once, as another worker would.
      platform.write({}, 'theirs', 'develop');
      platform.git('update-ref', `refs/heads/${ROLLING}`, 'develop');
      platform.git('branch', 'aside-of', 'develop');
      const other = join(platform.base, 'other');
      platform.write({ [INCIDENTS]: logText(OLD_ENTRY, theirs) }, 'of another worker', 'aside-of');
      platform.onPush(
        `[ -e ${other} ] && exit 0; touch ${other}; unset GIT_QUARANTINE_PATH; git update-ref refs/heads/${ROLLING} refs/heads/aside-of`,
      );

      written(await bot().write(SEVEN));

      expect(existsSync(other)).toBe(true);
      expect(platform.subjects(ROLLING)).toEqual([TITLE, 'of another worker']);
      expect(platform.file(ROLLING, INCIDENTS)).toBe(logText(OLD_ENTRY, theirs, SEVEN.entry));
    });
  });
});
