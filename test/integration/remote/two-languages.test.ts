import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quote } from '../../../src/domain/text/shell.ts';
import { manualCommands } from '../../../src/remote/manual-commands.ts';
import { databaseCommand } from '../../../src/remote/probes.ts';
import { quarantineCommand } from '../../../src/remote/quarantine.ts';
import { WITH_ENV } from '../../../src/remote/switch-program.ts';
import { planOf, site } from '../../entry/fixtures.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const PARTS = fileURLToPath(new URL('../../../src/remote/', import.meta.url));

/** The switch has these rules in sh and the probes have them in Python. Both must agree. */
describe.skipIf(!hasPython)('in both sh and Python', () => {
  let root: string;
  let bin: string;

  beforeEach(() => {
    root = join(mkdtempSync(join(tmpdir(), 'rollback-languages-')), 'acme-kitchens');
    bin = join(root, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(root, '.env'),
      `DJANGO_DB_NAME=sum_acme\nDJANGO_DB_HOST=db.internal\nDJANGO_DB_USER=acme\nDJANGO_DB_PASSWORD='two words'\nBROKEN=$(\n`,
    );
    for (const name of ['psql', 'pg_dump'])
      writeFileSync(
        join(bin, name),
        `#!/bin/sh\n{ printf '%s\\n' "\${0##*/}" "$PGPASSWORD" "\${PGCONNECT_TIMEOUT:-none}" "$@"; } >"$ROOT/said"\nexit 1\n`,
        { mode: 0o755 },
      );
  });

  afterEach(() => {
    rmSync(join(root, '..'), { recursive: true, force: true });
  });

  const environment = () => ({ ...process.env, PATH: `${bin}:${process.env['PATH']}`, ROOT: root });

  /** Calls one function of the switch program as the program does. */
  function inShell(call: string, input: string | Buffer = ''): string {
    const parts = ['lib', 'database', 'tree'].map((name) => `. '${PARTS}switch/${name}.sh'`).join('\n');
    const environmentOf = `WITH_ENV=${quote(WITH_ENV)}\nPARAMETERS=${quote(JSON.stringify({ root }))}`;
    const script = `SETTINGS=''\n${environmentOf}\n${parts}\n${call}`;
    return spawnSync('sh', ['-c', script], { input, encoding: 'utf8', env: environment() }).stdout;
  }

  /** Evaluates a Python expression after these libraries. */
  function inPython(expression: string, ...libraries: readonly string[]): string {
    const texts = libraries.map((name) => readFileSync(`${PARTS}probes/${name}.py`, 'utf8'));
    const source = `${texts.join('\n')}\nprint(${expression})`;
    return execFileSync('python3', ['-I', '-c', source, JSON.stringify({ root })], {
      encoding: 'utf8',
    }).trim();
  }

  /** The options of a database client with their values, without the command itself. */
  function client(): Readonly<Record<string, string | undefined>> {
    const [program, password, timeout, ...argv] = readFileSync(join(root, 'said'), 'utf8')
      .trimEnd()
      .split('\n');
    const after = (option: string) => argv[argv.indexOf(option) + 1];
    const login = Object.fromEntries(['-h', '-p', '-U'].map((option) => [option, after(option)]));
    const database = argv.includes('-d') ? after('-d') : argv.at(-1);
    const flags = argv.filter((word) => /^(--|-X|ON_ERROR_STOP)/.test(word)).join(' ');
    return { program, password, timeout, ...login, database, flags };
  }

  it('psql logs in as .env says, waits ten seconds for the server and stops at an error', () => {
    inShell('sql "SELECT 1"');
    const shell = client();
    spawnSync('sh', ['-c', databaseCommand({ root })], { env: environment() });

    expect(client()).toEqual(shell);
    expect(shell).toEqual({
      program: 'psql',
      password: 'two words',
      timeout: '10',
      '-h': 'db.internal',
      '-p': '5432',
      '-U': 'acme',
      database: 'sum_acme',
      flags: '-XAtq ON_ERROR_STOP=1',
    });
  });

  it('a safety backup is made with the same options by the program and by hand', () => {
    inShell(`dump_database '${root}/safety.sql.gz'`);
    const shell = client();
    const byHand = manualCommands({ ...site, root }, planOf(), 'terminal-1').find((one) =>
      one.includes('pg_dump'),
    );
    // A person would also see bash's complaint about a line of .env. Here only the command counts.
    spawnSync('sh', ['-c', byHand ?? 'false'], { env: environment() });

    expect(client()).toEqual(shell);
    expect(shell).toMatchObject({
      program: 'pg_dump',
      flags: '--clean --if-exists --no-owner',
    });
  });

  it('the packages of an environment have one hash', () => {
    for (const [name, text] of [
      ['Django-5.2', 'a'],
      ['sum_core-0.6.0', 'b'],
      ['zope.interface-7.0', 'ü'],
    ] as const) {
      const info = join(root, 'venv', 'lib', 'python3.12', 'site-packages', `${name}.dist-info`);
      mkdirSync(info, { recursive: true });
      writeFileSync(join(info, 'RECORD'), text);
    }
    const libraries = [
      'lib/core',
      'code/lib/requirements',
      'code/lib/packages',
      'lib/run-folder',
      'code/lib/environments',
    ];

    const shell = inShell(`packages_of '${root}/venv'`).trim();

    expect(shell).toMatch(/^[0-9a-f]{64}$/);
    expect(inPython(`packages_of(${JSON.stringify(`${root}/venv`)})`, ...libraries)).toBe(shell);
  });

  it('what one has quarantined is read by the other', () => {
    const line = 'acme-kitchens-7\t2026-03-01T02:21:00.000Z\tleft v0.6.0 for v0.5.0';
    execFileSync('sh', ['-c', quarantineCommand(root, { run: 'acme-kitchens-7', line, names: ['v0.6.0'] })]);

    expect(
      JSON.parse(inPython('json.dumps(quarantine())', 'lib/core', 'lib/run-folder', 'site/lib/quarantine')),
    ).toEqual([
      {
        name: 'v0.6.0',
        run: 'acme-kitchens-7',
        since: '2026-03-01T02:21:00.000Z',
        why: 'left v0.6.0 for v0.5.0',
      },
    ]);
  });

  it('an environment that was built has the same mark', () => {
    const mark = inPython('mark_of("$ENVIRONMENT")', 'lib/core', 'lib/run-folder');

    expect(readFileSync(`${PARTS}switch/steps.sh`, 'utf8')).toContain(`[ -e "${mark}" ]`);
  });
});
