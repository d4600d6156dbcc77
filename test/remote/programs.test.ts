import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../../src/domain/plan/mode.ts';
import { stepsOf } from '../../src/domain/plan/steps.ts';
import { runDirectory } from '../../src/remote/paths.ts';
import * as probes from '../../src/remote/probes.ts';
import {
  followCommand,
  launchCommand,
  placeCommand,
  stateCommand,
  voidCommand,
} from '../../src/remote/run-commands.ts';
import { switchProgram } from '../../src/remote/switch-program.ts';
import { survey, unit } from '../support/story/evidence.ts';
import { plan } from '../support/story/run.ts';
import { VALUES } from './switch-values.ts';

const REMOTE = fileURLToPath(new URL('../../src/remote/', import.meta.url));
const MODES: readonly Mode[] = ['full', 'code-only', 'database-only'];

const text = (path: string) => readFileSync(join(REMOTE, path), 'utf8');
const parts = readdirSync(join(REMOTE, 'switch'))
  .filter((name) => name.endsWith('.sh'))
  .map((name) => text(`switch/${name}`));
const { program: another } = plan('code-only');
/** What another program has behind its values: two programs in Python, and every file of the switch. */
const body = another.slice(another.indexOf('\n\n') + 2);

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
PARAMETERS='{"root":"/srv/sum/acme-kitchens"}'
LIVE='6666666666666666666666666666666666666666'
TARGET='5555555555555555555555555555555555555555'
ENVIRONMENT='/srv/sum/acme-kitchens/.rollback-bot/venvs/5555555555555555555555555555555555555555'
ENVIRONMENT_PACKAGES=''
GOOD_HEALTH='200'
STOP_UNITS='a.socket a.service'
START_UNITS='a.socket a.service'
DATABASE='sum_acme 127.0.0.1 5432'
DATABASE_OID='16400'
DATABASE_ROLE='sum_acme'
MIGRATIONS_NOW='${'a'.repeat(64)}'
MIGRATIONS_RESTORED='${'b'.repeat(64)}'
RESTORE_SHA256='${'d'.repeat(64)}'
LEFT_ALONE='[["extension","pg_trgm"]]'
STEPS='recheck:120 stop:150 safety-backup:900 checkout:60 restore:1800 environment:30 static:300 start:90 healthy:60 stable:30'

${body}`,
    );
    expect(parts.filter((part) => !body.includes(part))).toEqual([]);
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

  it.each(MODES)('has a function for every step of %s', (mode) => {
    for (const { name } of stepsOf(mode))
      expect(body).toMatch(new RegExp(`^step_${name.replaceAll('-', '_')}\\(\\)`, 'm'));
  });
});

const FIRST = { run: 'acme-kitchens-7', number: 1, digest: 'digest' };

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
