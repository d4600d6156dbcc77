import { describe, expect, it } from 'vitest';
import { failureOf, notRun } from '../../src/ssh/words.ts';

describe('a command that failed on a host says why', () => {
  it.each([
    [
      'a missing program',
      127,
      'env: ‘python3’: No such file or directory\n',
      'python3 is missing on the host',
    ],
    ['without UTF-8', 127, "env: 'python3': No such file or directory\n", 'python3 is missing on the host'],
    [
      'a program that cannot be run',
      126,
      'env: ‘python3’: Permission denied\n',
      "python3 can't be run on the host: Permission denied",
    ],
    [
      'a program that is none of ours',
      127,
      'sh: 1: evil-package: not found\n',
      'a command of the bot failed on the host: sh: 1: evil-package: not found',
    ],
    [
      'the words of the program, in one line that everyone can see',
      1,
      'no\u202e\u200b such\tfile\u2028fix: x\n',
      'a command of the bot failed on the host: no‹U+202E…› such file fix: x',
    ],
    ['a kill', 137, '', "the host ended the bot's command before it had answered (signal 9)"],
    ['a cut', null, '', "the host ended the bot's command before it had answered"],
    [
      'a fault of ours',
      1,
      'Traceback (most recent call last):\n  File "<string>", line 7\nKeyError: 0\n',
      "a program of the bot broke off on the host, by a fault of the bot's own",
    ],
    [
      'a Python that is too old',
      1,
      '  x = y\nSyntaxError: invalid syntax\n',
      "a program of the bot broke off on the host, by a fault of the bot's own",
    ],
    [
      'the words of the program',
      1,
      'mkdir: cannot create directory ‘/srv/sum/a/.rollback-bot’: Permission denied\n',
      'a command of the bot failed on the host: mkdir: cannot create directory ‘/srv/sum/a/.rollback-bot’: Permission denied',
    ],
    ['nothing', 1, '', 'a command of the bot failed on the host and did not say why'],
  ])('%s', (_, code, stderr, message) => {
    expect(failureOf(code, stderr).message).toBe(message);
  });

  it('and proposes to install nothing but what the bot needs', () => {
    expect(failureOf(127, 'env: ‘sha256sum’: No such file or directory\n').next).toBe(
      'Nothing was changed. Install it on the host: sudo apt-get install coreutils. Then ask again.',
    );
    expect(failureOf(127, 'sh: 1: evil-package: not found\n').next).toBeUndefined();
  });

  it('or that it never ran', () => {
    expect(notRun({ stdout: '', stderr: 'Password change required but no TTY available.\n' }).message).toBe(
      "the login did not run the bot's command, and printed: Password change required but no TTY available.",
    );
    expect(notRun({ stdout: 'This account is for backups.\n', stderr: '' }).message).toBe(
      "the login did not run the bot's command, and printed: This account is for backups.",
    );
    expect(notRun({ stdout: '', stderr: '\n' }).message).toBe(
      "the login ended without running the bot's command, and printed nothing",
    );
  });
});
