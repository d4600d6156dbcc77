import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordsPlace } from '../../../src/domain/site/records-repository.ts';
import { botOn, closeBots, SEVEN, TITLE, written } from './bots.ts';
import { makePlatform, type Platform, ROLLING } from './platform.ts';

describe('the records of a run in the platform’s repository', () => {
  let platform: Platform;
  const bot = (more?: Partial<RecordsPlace>) => botOn(platform, more);

  beforeEach(() => {
    platform = makePlatform();
    vi.stubEnv('TMPDIR', platform.base);
  });

  afterEach(async () => {
    await closeBots();
    vi.unstubAllEnvs();
    platform.remove();
  });

  describe('and the command for the pull request', () => {
    it('runs in the clone with the data of the run, and without a shell or the bot’s secrets', async () => {
      const seen = join(platform.base, 'seen');
      vi.stubEnv('SLACK_BOT_TOKEN', 'xoxb-of-the-bot');
      const command = [
        'sh',
        '-c',
        `git log -1 --format=%s "$ROLLBACK_BRANCH" > ${seen}; env | grep -E "^(ROLLBACK_|SLACK_)" | grep -v ^ROLLBACK_TEST_ | sort >> ${seen}; echo "$0"; echo "see https://example.test/pr/1 password=x"`,
        '$(touch /tmp/never)',
      ];

      const { pullRequest } = written(await bot({ pullRequest: command }).write(SEVEN));

      expect(pullRequest).toEqual({ said: 'https://example.test/pr/1' });
      expect(readFileSync(seen, 'utf8')).toBe(`${TITLE}
ROLLBACK_BASE=develop
ROLLBACK_BRANCH=${ROLLING}
ROLLBACK_REPOSITORY=file://${platform.bare}
ROLLBACK_RUN=acme-kitchens-7
ROLLBACK_TITLE=${TITLE}
`);
    });

    it('runs again for records that are already there, but not for merged ones', async () => {
      const count = join(platform.base, 'count');
      const one = bot({ pullRequest: ['sh', '-c', `echo x >> ${count}`] });
      await bot().write(SEVEN);

      await one.write(SEVEN);
      platform.merge('merge');
      await one.write(SEVEN);

      expect(readFileSync(count, 'utf8')).toBe('x\n');
    });

    it.each<[string, readonly string[], RegExp]>([
      [
        'fails',
        ['sh', '-c', 'echo first; echo "token=abcdef1234567890" >&2; exit 3'],
        /^token=\[REDACTED\]$/,
      ],
      ['fails without a word', ['false'], /^false ended with 1$/],
      ['is not there', ['no-such-program'], /^can't run no-such-program: .*ENOENT/],
    ])(
      'may fail: if it %s, the records are still written, and the answer says so',
      async (_, command, problem) => {
        const { pullRequest } = written(await bot({ pullRequest: command }).write(SEVEN));

        expect(pullRequest).toEqual({ problem: expect.stringMatching(problem) });
        expect(platform.subjects(ROLLING)).toEqual([TITLE]);
      },
    );
  });
});
