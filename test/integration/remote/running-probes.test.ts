import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalReading } from '../../../src/app/ports/host-probes.ts';
import {
  countRowsCommand,
  databaseCommand,
  journalCommand,
  runningCommand,
} from '../../../src/remote/probes.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

const UNIT = 'sum-acme-kitchens-gunicorn.service';

describe.skipIf(!hasPython)('the probes of the checks', () => {
  let root: string;
  let bin: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollback-proof-'));
    bin = join(root, 'bin');
    mkdirSync(bin);
    program('sudo', 'exit 1');
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function program(name: string, body: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }

  const ask = (command: string): unknown =>
    JSON.parse(
      execFileSync('sh', ['-c', command], {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, PATH: `${bin}:${process.env['PATH']}`, ROOT: root },
      }),
    );
  const journal = (...units: readonly string[]) => {
    const said = ask(journalCommand({ root, units, since: 1_772_331_600.5 })) as JournalReading;
    expect(Math.abs(said.readAt - Date.now() / 1000)).toBeLessThan(600);
    return said.lines;
  };

  it('read a journal from a moment on, up to a number of lines, and keep what could be an error', () => {
    program(
      'journalctl',
      `echo "$*" >>"$ROOT/asked"
       printf '%s\\n' ' - - [x] "GET / HTTP/1.0" 200 842 "-" "curl"' '{"level": "INFO", "message": "x"}' 'Traceback (most recent call last):' ' - - [x] "GET / HTTP/1.0" 500 1 "-" "curl"'`,
    );

    expect(journal(UNIT, 'sum-acme-kitchens-gunicorn.socket')).toEqual([
      'Traceback (most recent call last):',
      ' - - [x] "GET / HTTP/1.0" 500 1 "-" "curl"',
    ]);
    expect(readFileSync(join(root, 'asked'), 'utf8')).toBe(
      `-u ${UNIT} --since=@1772331600.500 -n 20000 --no-pager -o cat -q\n`,
    );
  });

  it('only say that a journal is without errors if it can be read', () => {
    program('journalctl', `case "$*" in *gunicorn*) echo started ;; esac`);
    expect(journal(UNIT)).toEqual(['started']);

    program('journalctl', 'echo "{\\"level\\": \\"INFO\\"}"');
    expect(journal(UNIT)).toEqual([]);

    program('journalctl', 'exit 1');
    expect(journal(UNIT)).toBeNull();
  });

  it('keep the newest lines if there are too many long ones to send at once', () => {
    program('journalctl', `python3 -c 'for n in range(3000): print("ERROR %d " % n + "\\u00e4" * 5000)'`);

    const lines = journal(UNIT) as readonly string[];

    expect(JSON.stringify(lines).length).toBeLessThan(4 * 1024 * 1024);
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.at(-1)).toMatch(/^ERROR 2999 /);
  });

  it('pass on what the database says, but no part of a line of .env that bash cannot read', () => {
    writeFileSync(join(root, '.env'), 'SECRET_KEY=4mz&w9x2kq8v7hh3jd8sl2m0aq\nDJANGO_DB_NAME=sum_acme\n');
    program('psql', 'echo "psql: error: connection refused" >&2; exit 2');

    expect(ask(databaseCommand({ root }))).toEqual({
      problem: 'the database does not answer: connection refused',
      code: 'cause-elsewhere',
    });
  });

  it('limit how long a count may take, but only for the statement itself and without an option at the login', () => {
    writeFileSync(join(root, '.env'), 'DJANGO_DB_NAME=sum_acme\r\nDJANGO_DB_HOST=/run/postgresql\r\n');
    program('psql', 'printf "%s\\n" "$(printenv PGOPTIONS || echo none)" "$@" >"$ROOT/asked"; echo "[]"');

    expect(ask(countRowsCommand({ root, seconds: 10 }))).toEqual({ tables: {} });

    const [options, ...argv] = readFileSync(join(root, 'asked'), 'utf8').split('\n');
    expect(options).toBe('none');
    expect(argv.slice(argv.indexOf('-h'), argv.indexOf('-c') + 2).join(' ')).toMatch(
      /^-h \/run\/postgresql -p 5432 -U {2}-d sum_acme -c SET LOCAL statement_timeout = \d+; ?/,
    );
  });

  it('keep the end of a very long line, where a traceback names its exception', () => {
    program('journalctl', `python3 -c 'print("{\\"level\\": \\"ERROR\\"" + "x" * 100000 + "KeyError: 1")'`);

    const [line] = journal(UNIT) as readonly string[];

    expect(line).toHaveLength(8000);
    expect(line).toMatch(/^\{"level": "ERROR".*KeyError: 1$/);
  });

  it('say where venv points, and with which command a process was started', () => {
    const prepared = join(root, '.rollback-bot', 'venvs', 'abc');
    mkdirSync(prepared, { recursive: true });
    symlinkSync(prepared, join(root, 'venv'));
    const child = spawn('/bin/sleep', ['30'], { cwd: root });
    try {
      program(
        'systemctl',
        `printf '%s\\n' ActiveState=active SubState=running MainPID=${child.pid} NRestarts=0 Result=success`,
      );

      const said = ask(
        runningCommand({ root, units: [UNIT], packages: [], environment: prepared, windowSeconds: 0 }),
      );

      expect(said).toMatchObject({
        venv: prepared,
        environment: prepared,
        units: [
          { name: UNIT, active: 'active', steady: true, process: { cwd: root, program: '/bin/sleep' } },
        ],
      });
    } finally {
      child.kill();
    }
  });
});
