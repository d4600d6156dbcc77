import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logTailCommand } from '../../../src/remote/probes.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const ATTEMPT = { run: 'acme-kitchens-7', number: 1 };

/** Every kind of value. The left column of the table below is written to the log. */
const ENV = String.raw`DJANGO_SETTINGS_MODULE=acme_kitchens.settings.production
DJANGO_SECRET_KEY='s3cr3t.(with)*[regex]+$^|\'
DJANGO_DB_NAME=acme_kitchens_db
DJANGO_DB_USER=acme_kitchens_db
export DJANGO_DB_PASSWORD="it's \"quoted\" \$1"
DJANGO_DB_HOST=127.0.0.1
REDIS_URL=redis://:r3dis%2Fpw@localhost:6379/0
CACHE_URL=redis://localhost:6379/1
SITE_DOMAIN=acme-kitchens.example
ALLOWED_HOSTS=acme-kitchens.example,www.acme-kitchens.example
MAILER=correcthorse9
PIN_TOKEN=4711
DEBUG_TOOLBAR_KEY=true
CELERY=celery
STATIC=/srv/sum/acme-kitchens/static
LONG=${'q'.repeat(40)}
LONGER=${'q'.repeat(40)}-and-more
MULTI="first line of it
second line of it"
UMLAUT_SECRET=pässwörd
`;

describe.skipIf(!hasPython)('the end of the log', () => {
  let root = '';
  let folder = '';

  beforeEach(() => {
    root = join(mkdtempSync(join(tmpdir(), 'log-tail-')), 'acme-kitchens');
    folder = join(root, '.rollback-bot', 'runs', ATTEMPT.run);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(root, '.env'), ENV);
  });
  afterEach(() => {
    rmSync(join(root, '..'), { recursive: true, force: true });
  });

  const tailOf = (log: string | Buffer | null, bytes = 4_000): string => {
    if (log !== null) writeFileSync(join(folder, 'log'), log);
    const said = execFileSync('sh', ['-c', logTailCommand(root, ATTEMPT, bytes)], { encoding: 'utf8' });
    return (JSON.parse(said) as { text: string }).text;
  };

  it.each([
    [String.raw`key s3cr3t.(with)*[regex]+$^|\ end`, 'key [REDACTED DJANGO_SECRET_KEY] end'],
    [`it's "quoted" $1`, '[REDACTED DJANGO_DB_PASSWORD]'],
    [String.raw`{"p": "it's \"quoted\" $1"}`, '{"p": "[REDACTED DJANGO_DB_PASSWORD]"}'],
    [String.raw`line 5: "it's \"quoted\" \$1"`, 'line 5: "[REDACTED DJANGO_DB_PASSWORD]"'],
    ['cannot reach redis://:r3dis%2Fpw@localhost:6379/0', 'cannot reach [REDACTED REDIS_URL]'],
    ['AUTH r3dis/pw', 'AUTH [REDACTED REDIS_URL]'],
    ['AUTH r3dis%2Fpw', 'AUTH [REDACTED REDIS_URL]'],
    ['by correcthorse9!', 'by [REDACTED MAILER]!'],
    ['code 4711, order 47110, id a4711', 'code [REDACTED PIN_TOKEN], order 47110, id a4711'],
    [`${'q'.repeat(40)}-and-more`, '[REDACTED LONGER]'],
    [`${'q'.repeat(40)}-and`, '[REDACTED LONG]-and'],
    ['first line of it\nsecond line of it\nthird', '[REDACTED MULTI]\nthird'],
    ['> second line of it', '> [REDACTED MULTI]'],
    ['pässwörd', '[REDACTED UMLAUT_SECRET]'],
    ['p%C3%A4ssw%C3%B6rd', '[REDACTED UMLAUT_SECRET]'],
  ])('contains no value of .env: %s', (log, shown) => {
    expect(tailOf(log)).toBe(shown);
  });

  it('keeps values that are no secret', () => {
    const log =
      'acme_kitchens.settings.production acme_kitchens_db 127.0.0.1 redis://localhost:6379/1 www.acme-kitchens.example celery true /srv/sum/acme-kitchens/static\n';

    expect(tailOf(log)).toBe(log);
  });

  it.each([
    [5, ' rest'],
    [6, ' rest'],
    [17, ' rest'],
    [18, '[REDACTED MAILER] rest'],
    [20, 'xx[REDACTED MAILER] rest'],
  ])('leaves a secret out whole that the beginning cuts: %i bytes', (bytes, shown) => {
    expect(tailOf(`${'x'.repeat(50)}correcthorse9 rest`, bytes)).toBe(shown);
  });

  it('begins with a whole line, or with a whole character if there is no line break', () => {
    expect(tailOf('password=\nhunter\ntwo\nthree\n', 12)).toBe('two\nthree\n');
    expect(tailOf('ä'.repeat(20), 5)).toBe('ää');
  });

  it('accepts any bytes', () => {
    expect(tailOf(Buffer.from([0, 0xff, 0x41, 0xc3, 0x0a, 0xe2, 0x82]))).toBe('\0\ufffdA\ufffd\n\ufffd');
  });

  it('is empty without a log, and complete without .env', () => {
    expect(tailOf(null)).toBe('');
    rmSync(join(root, '.env'));
    expect(tailOf('all of it\n')).toBe('all of it\n');
  });

  it('hides the values of a file that bash cannot read to its end', () => {
    writeFileSync(
      join(root, '.env'),
      'A_TOKEN=before1234\nexit 3\nSMTP_PASSWORD=k9$(q!z&#7\nB_TOKEN=after1234\n',
    );

    expect(tailOf("line 3: `SMTP_PASSWORD=k9$(q!z&#7' before1234 after1234")).toBe(
      "line 3: `SMTP_PASSWORD=[REDACTED SMTP_PASSWORD]' [REDACTED A_TOKEN] [REDACTED B_TOKEN]",
    );
  });

  it('is not shown at all if the secrets are unknown', () => {
    rmSync(join(root, '.env'));
    mkdirSync(join(root, '.env'));
    chmodSync(join(root, '.env'), 0o700);

    expect(tailOf('what is it\n')).toBe(
      `(the end of ${folder}/log is not shown: ${root}/.env cannot be read, so its secrets cannot be taken out)`,
    );
  });
});
