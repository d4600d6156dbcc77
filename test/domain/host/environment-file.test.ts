import { describe, expect, it } from 'vitest';
import {
  type EnvironmentFile,
  environmentWarnings,
  type OddLine,
  restoreEnvironmentRefusal,
  SOUND_FILE,
} from '../../../src/domain/host/environment-file.ts';

const ROOT = '/srv/sum/acme-kitchens';
const file = (more: Partial<EnvironmentFile>): EnvironmentFile => ({ ...SOUND_FILE, ...more });
const odd = (more: Partial<OddLine> = {}): OddLine => ({
  line: 14,
  name: 'SMTP_PASSWORD',
  kind: 'character',
  character: '&',
  plain: true,
  ...more,
});
const AGAIN = 'Then ask again. Rolling back only the code works without that: --code-only.';

describe('an .env that bash reads in another way, before a restore', () => {
  it('is refused with the line and the repair if bash stops', () => {
    expect(
      restoreEnvironmentRefusal(
        file({ stops: { line: 14, name: 'SMTP_PASSWORD' }, oddities: [odd()] }),
        ROOT,
      ),
    ).toEqual({
      code: 'environment-unreadable',
      sentence:
        "restore_db.sh reads the site's .env with bash, and bash stops at line 14 (SMTP_PASSWORD): it has a & that bash replaces or acts on. The site is not affected, because systemd reads it in its own way.",
      next: `Put its value in single quotes, on the host: sed -i "14s/=/='/; 14s/$/'/" ${ROOT}/.env. ${AGAIN}`,
    });
  });

  it('is refused if the login to the database would be another one', () => {
    const login = odd({ line: 6, name: 'DJANGO_DB_PASSWORD', character: '$', plain: false });
    expect(restoreEnvironmentRefusal(file({ oddities: [odd(), login] }), ROOT)).toEqual({
      code: 'environment-unreadable',
      sentence:
        "restore_db.sh reads the site's .env with bash, and bash reads line 6 (DJANGO_DB_PASSWORD) in another way than systemd: it has a $ that bash replaces or acts on. The restore would use another login than the site.",
      next: `Put its whole value in single quotes: ${ROOT}/.env, line 6. If the value has a single quote itself, use double quotes, with a backslash in front of each " \\ $ and \`. ${AGAIN}`,
    });
  });

  it('is refused with one command if it has Windows line ends', () => {
    const all = file({ windowsLineEnds: true, oddities: [odd({ name: 'DJANGO_DB_NAME', character: null })] });
    expect(restoreEnvironmentRefusal(all, ROOT)).toEqual({
      code: 'environment-unreadable',
      sentence:
        "The site's .env has Windows line ends. The site is not affected, because systemd reads them. But restore_db.sh reads the file with bash, and bash takes them for a part of each value.",
      next: `On the host: sed -i 's/\\r$//' ${ROOT}/.env. ${AGAIN}`,
    });
  });

  it('says where bash stops even if nothing odd is seen there', () => {
    expect(restoreEnvironmentRefusal(file({ stops: { line: 3, name: null } }), ROOT)?.next).toBe(
      `Look at it on the host: sed -n 3p ${ROOT}/.env. ${AGAIN}`,
    );
    expect(restoreEnvironmentRefusal(file({ stops: { line: null, name: null } }), ROOT)?.next).toBe(
      `Try it on the host: bash -euc 'set -a; . ${ROOT}/.env'. ${AGAIN}`,
    );
  });

  it('is no reason if the scripts get the same login', () => {
    expect(restoreEnvironmentRefusal(SOUND_FILE, ROOT)).toBeNull();
    expect(
      restoreEnvironmentRefusal(file({ oddities: [odd()], changed: ['DEBUG'], isChanged: true }), ROOT),
    ).toBeNull();
  });
});

describe('what people should know about .env', () => {
  it.each<[string, Partial<EnvironmentFile>, string]>([
    [
      'a line that systemd leaves out',
      { oddities: [odd({ kind: 'export', name: 'LOG_LEVEL', line: 3 })] },
      `Line 3 of .env begins with export, so systemd leaves LOG_LEVEL out: the site runs without it. On the host: sed -E -i '3s/^\\s{0,}export\\s+//' ${ROOT}/.env.`,
    ],
    [
      'a line that is no assignment',
      { oddities: [odd({ kind: 'name', name: null, line: 3 })] },
      `Line 3 of .env has something in front of = that is no name, so systemd leaves it out. Correct or remove it: ${ROOT}/.env, line 3.`,
    ],
    [
      'a space beside =',
      { oddities: [odd({ kind: 'spaces' })] },
      `bash, and so the platform's scripts, reads line 14 (SMTP_PASSWORD) of .env in another way than the site: it has a space beside =. On the host: sed -E -i '14s/\\s{0,}=\\s{0,}/=/' ${ROOT}/.env.`,
    ],
    [
      'a name of bash’s own',
      { oddities: [odd({ kind: 'read-only', name: 'UID' })] },
      `bash, and so the platform's scripts, reads line 14 (UID) of .env in another way than the site: bash lets nobody set UID. Give UID another name, in ${ROOT}/.env and in the settings.`,
    ],
    [
      'Windows line ends, once',
      { windowsLineEnds: true, oddities: [odd({ character: null }), odd({ character: null })] },
      `.env has Windows line ends: the platform's scripts, which read it with bash, take them for a part of each value. To repair it, on the host: sed -i 's/\\r$//' ${ROOT}/.env`,
    ],
    [
      'a byte order mark',
      { byteOrderMark: true },
      `.env begins with a byte order mark, so neither systemd nor bash reads its first line. To repair it, on the host: sed -i '1s/^\\xEF\\xBB\\xBF//' ${ROOT}/.env`,
    ],
    [
      'a value that is new since the start',
      { changed: ['DEBUG'], isChanged: true },
      'DEBUG in .env has another value than the running site: the next start uses the one in .env.',
    ],
    [
      'a change since the start that can’t be seen in the process',
      { changed: null, isChanged: true },
      ".env was changed after the site was started. The next start uses the new values; the bot can't see which ones are new.",
    ],
  ])('names %s', (_, more, sentence) => {
    expect(environmentWarnings(file(more), ROOT)).toEqual([sentence]);
  });

  it('is nothing if there is nothing', () => {
    expect(environmentWarnings(SOUND_FILE, ROOT)).toEqual([]);
  });
});
