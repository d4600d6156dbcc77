import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mode } from '../../src/domain/plan/mode.ts';
import { stepsOf } from '../../src/domain/plan/steps.ts';
import { runDirectory } from '../../src/remote/paths.ts';
import * as probes from '../../src/remote/probes.ts';
import { quarantineCommand } from '../../src/remote/quarantine.ts';
import {
  followCommand,
  launchCommand,
  placeCommand,
  stateCommand,
  voidCommand,
} from '../../src/remote/run-commands.ts';
import { type SwitchValues, switchProgram } from '../../src/remote/switch-program.ts';
import { plan, survey, unit } from '../support/story/builders.ts';

const REMOTE = fileURLToPath(new URL('../../src/remote/', import.meta.url));
const scripts = readdirSync(join(REMOTE, 'control')).map((name) => `control/${name}`);
const MODES: readonly Mode[] = ['full', 'code-only', 'database-only'];

const here = (program: string) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'programs-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Exit code and everything that was said. */
function check(program: string, ...argv: string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(program, argv, { encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}

const CLEAN = { code: 0, said: '' };

const VALUES: SwitchValues = {
  site: 'acme-kitchens@production',
  slug: 'acme-kitchens',
  mode: 'full',
  root: '/srv/sum/acme-kitchens',
  bin: '/srv/sum/bin',
  domain: 'acme-kitchens.example',
  bind: 'unix:/run/sum-acme/gunicorn.sock',
  settings: '',
  live: '6'.repeat(40),
  target: '5'.repeat(40),
  database: 'sum_acme 127.0.0.1 5432',
  environment: `/srv/sum/acme-kitchens/.rollback-bot/venvs/${'5'.repeat(40)}`,
  environmentPackages: '',
  goodHealth: [200],
  stopUnits: ['a.socket', 'a.service'],
  startUnits: ['a.socket', 'a.service'],
  databaseOid: '16400',
  migrationsNow: 'a'.repeat(64),
  migrationsRestored: 'b'.repeat(64),
  restoreSha256: 'd'.repeat(64),
  foreignExtensions: ['pg_trgm'],
  steps: stepsOf('full'),
};

const PARTS = 'lib attempt database units tree steps put-back run recover switch'.split(' ');
const body = PARTS.map((name) => readFileSync(join(REMOTE, 'switch', `${name}.sh`), 'utf8')).join('\n');

describe('the switch program', () => {
  it('says all its values first, and is otherwise the one body that all runs share', () => {
    expect(switchProgram(VALUES)).toBe(
      `#!/bin/sh
SITE='acme-kitchens@production'
SLUG='acme-kitchens'
MODE='full'
ROOT='/srv/sum/acme-kitchens'
BIN='/srv/sum/bin'
DOMAIN='acme-kitchens.example'
BIND='unix:/run/sum-acme/gunicorn.sock'
SETTINGS=''
LIVE='6666666666666666666666666666666666666666'
TARGET='5555555555555555555555555555555555555555'
ENVIRONMENT='/srv/sum/acme-kitchens/.rollback-bot/venvs/5555555555555555555555555555555555555555'
ENVIRONMENT_PACKAGES=''
GOOD_HEALTH='200'
STOP_UNITS='a.socket a.service'
START_UNITS='a.socket a.service'
DATABASE='sum_acme 127.0.0.1 5432'
DATABASE_OID='16400'
MIGRATIONS_NOW='${'a'.repeat(64)}'
MIGRATIONS_RESTORED='${'b'.repeat(64)}'
RESTORE_SHA256='${'d'.repeat(64)}'
FOREIGN_EXTENSIONS='pg_trgm'
STEPS='recheck:120 stop:150 safety-backup:900 checkout:60 restore:1800 environment:30 static:300 start:90 healthy:60 stable:30'

${body}`,
    );
  });

  it('takes nothing that a value holds for a command', () => {
    const hostile = switchProgram({ ...VALUES, site: "x'; touch owned; '", domain: '$(touch owned)' });
    const values = hostile.slice(0, hostile.indexOf('\n\n'));
    const printed = spawnSync('sh', ['-c', `${values}\nprintf '%s|%s' "$SITE" "$DOMAIN"`], {
      cwd: folder,
      encoding: 'utf8',
    });

    expect(printed.stdout).toBe("x'; touch owned; '|$(touch owned)");
    expect(readdirSync(folder)).not.toContain('owned');
  });

  it('stops a socket before its service and the web last, and starts the web before celery', () => {
    const units = [unit('celery'), unit('gunicorn'), unit('socket')];
    const { program } = plan('code-only', { survey: survey({ units }) });
    const order =
      'sum-acme-kitchens-gunicorn.socket sum-acme-kitchens-gunicorn.service sum-acme-kitchens-celery.service';

    expect(program).toContain(
      "\nSTOP_UNITS='sum-acme-kitchens-celery.service sum-acme-kitchens-gunicorn.socket sum-acme-kitchens-gunicorn.service'\n",
    );
    expect(program).toContain(`\nSTART_UNITS='${order}'\n`);
  });

  it('has no target for the database only, and no copy to restore for code only', () => {
    expect(plan('database-only').program).toContain("\nTARGET=''\nENVIRONMENT=''\n");
    expect(plan('code-only').program).toContain("\nRESTORE_SHA256=''\n");
  });

  it.for(['dash', 'bash'])('ends with its usage when %s runs it without a word', (shell, { skip }) => {
    skip(!here(shell), `${shell} is not here`);
    const path = file('usage.sh', switchProgram(VALUES));

    expect(check(shell, path)).toEqual({ code: 2, said: `usage: ${path} run RUN_DIRECTORY\n` });
  });

  it.each(MODES)('has a function for every step of %s', (mode) => {
    for (const { name } of stepsOf(mode))
      expect(body).toMatch(new RegExp(`^step_${name.replaceAll('-', '_')}\\(\\)`, 'm'));
  });
});

describe.skipIf(!here('shellcheck'))('shellcheck finds nothing in', { timeout: 60_000 }, () => {
  it.each(MODES)('the switch program of %s', (mode) => {
    expect(check('shellcheck', file(`${mode}.sh`, plan(mode).program))).toEqual(CLEAN);
  });

  it.each(scripts)('%s', (name) => {
    expect(check('shellcheck', '--shell=sh', join(REMOTE, name))).toEqual(CLEAN);
  });

  it.each(commandLines())('the command line that runs %s', (name, command) => {
    expect(check('shellcheck', '--shell=sh', '--exclude=SC2016', file(`${name}.sh`, `${command}\n`))).toEqual(
      CLEAN,
    );
  });
});

const FIRST = { run: 'acme-kitchens-7', number: 1, digest: 'digest' };

/** Every command line that is sent to a host, by name. */
function commandLines(): readonly (readonly [name: string, command: string])[] {
  const root = "/srv/sum/it's here";
  return [
    ['place', placeCommand(root, 'a'.repeat(64))],
    ['launch', launchCommand(root, FIRST, 'a'.repeat(64), null)],
    ['follow', followCommand(root, FIRST, { offset: 0, seconds: 20 })],
    ['void', voidCommand(root, FIRST)],
    ['log', probes.logTailCommand(root, FIRST, 4000)],
    ['look', stateCommand(root, 'acme-kitchens-7', 'a'.repeat(64))],
    ['quarantine', quarantineCommand(root, { run: 'acme-kitchens-7', line: "it's\tbad", names: ['v0.6.0'] })],
    ['database', probes.databaseCommand({ root })],
  ];
}

describe('the commands of a run', () => {
  const root = '/srv/sum/acme-kitchens';
  const run = '/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-7';
  const script = (name: string) =>
    readFileSync(join(REMOTE, 'control', name), 'utf8').replaceAll("'", String.raw`'\''`);

  it('keep everything of a run in one directory', () => {
    expect(runDirectory(root, 'acme-kitchens-7')).toBe(run);
  });

  it('give each script its values as arguments', () => {
    const sha = 'a'.repeat(64);

    expect(placeCommand(root, sha)).toBe(
      `'sh' '-c' '${script('place.sh')}' 'place.sh' '${root}/.rollback-bot/programs' '${sha}'`,
    );
    expect(launchCommand(root, FIRST, sha, null)).toBe(
      `'sh' '-c' '${script('launch.sh')}' 'launch.sh' '${run}' '${root}/.rollback-bot/programs/${sha}.sh' 'digest' 'run' '${run}'`,
    );
    expect(followCommand(root, FIRST, { offset: 120, seconds: 20 })).toBe(
      `'sh' '-c' '${script('follow.sh')}' 'follow.sh' '${run}' 'digest' '120' '20'`,
    );
    expect(voidCommand(root, FIRST)).toBe(`'sh' '-c' '${script('void.sh')}' 'void.sh' '${run}'`);
    expect(stateCommand(root, 'acme-kitchens-7', sha)).toBe(
      `'sh' '${root}/.rollback-bot/programs/${sha}.sh' 'look' '${run}'`,
    );
  });

  it('give each later attempt a directory of its own and the words of its decision', () => {
    const second = { run: 'acme-kitchens-7', number: 2, digest: 'decision' };
    const sha = 'a'.repeat(64);

    expect(launchCommand(root, second, sha, { action: 'go-back', step: 'static', attempt: 2 })).toBe(
      `'sh' '-c' '${script('launch.sh')}' 'launch.sh' '${run}/attempt-2' '${root}/.rollback-bot/programs/${sha}.sh' 'decision' 'continue' '${run}' '${run}/attempt-2' 'go-back' 'static'`,
    );
    expect(probes.logTailCommand(root, second, 10)).toContain(`"log":"${run}/attempt-2/log","bytes":10`);
  });
});
