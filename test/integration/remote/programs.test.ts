import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onPath } from '../../../sandbox/host/install-programs.ts';
import type { Mode } from '../../../src/domain/plan/mode.ts';
import { manualCommands, remainingCommands } from '../../../src/remote/manual-commands.ts';
import * as probes from '../../../src/remote/probes.ts';
import { quarantineCommand } from '../../../src/remote/quarantine.ts';
import {
  followCommand,
  launchCommand,
  placeCommand,
  stateCommand,
  voidCommand,
} from '../../../src/remote/run-commands.ts';
import { switchProgram } from '../../../src/remote/switch-program.ts';
import { VALUES } from '../../remote/switch-values.ts';
import { eventsTo, plan, runOf } from '../../support/story/run.ts';
import { site } from '../../support/story/site.ts';

const REMOTE = fileURLToPath(new URL('../../../src/remote/', import.meta.url));
const MODES: readonly Mode[] = ['full', 'code-only', 'database-only'];

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

/** Exit code and all output. */
function check(argv: readonly string[], input?: string): { code: number | null; said: string } {
  const [program = '', ...rest] = argv;
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', input });
  return { code: status, said: stdout + stderr };
}

const CLEAN = { code: 0, said: '' };

describe('the switch program', () => {
  it('never runs the content of a value as a command', () => {
    const hostile = switchProgram({ ...VALUES, site: "x'; touch owned; '", domain: '$(touch owned)' });
    const values = hostile.slice(0, hostile.indexOf('\n\n'));
    const printed = spawnSync('sh', ['-c', `${values}\nprintf '%s|%s' "$SITE" "$DOMAIN"`], {
      cwd: folder,
      encoding: 'utf8',
    });

    expect(printed.stdout).toBe("x'; touch owned; '|$(touch owned)");
    expect(readdirSync(folder)).not.toContain('owned');
  });

  it.for(['dash', 'bash'])('prints its usage if %s runs it without arguments', (shell, { skip }) => {
    skip(onPath(shell) === null, `${shell} is not here`);
    const path = file('usage.sh', switchProgram(VALUES));

    expect(check([shell, path])).toEqual({ code: 2, said: `usage: ${path} run RUN_DIRECTORY\n` });
  });
});

/** One call for all of a kind. A finding names its file. */
describe.skipIf(onPath('shellcheck') === null)('shellcheck finds nothing in', () => {
  it('the switch program of any mode', () => {
    const programs = MODES.map((mode) => file(`${mode}.sh`, plan(mode).program));

    expect(check(['shellcheck', ...programs])).toEqual(CLEAN);
  });

  it('any script that a worker sends', () => {
    const scripts = readdirSync(join(REMOTE, 'control')).map((name) => join(REMOTE, 'control', name));

    expect(check(['shellcheck', '--shell=sh', ...scripts])).toEqual(CLEAN);
  });

  it('any command line that is sent to a host', () => {
    const commands = commandLines().map(([name, command]) => file(`${name}.sh`, `${command}\n`));

    expect(check(['shellcheck', '--shell=sh', '--exclude=SC2016', ...commands])).toEqual(CLEAN);
  });

  it('these, and would name a mistake in each file', () => {
    const broken = ['one', 'other'].map((name) => file(`${name}.sh`, '#!/bin/sh\necho $1\n'));
    const { code, said } = check(['shellcheck', ...broken]);

    expect([code, ...broken.map((name) => said.includes(`In ${name} line 2:`))]).toEqual([1, true, true]);
  });
});

describe.skipIf(onPath('python3') === null)('Python', () => {
  const COMPILE = `import json, sys, warnings
warnings.simplefilter("error")
for name, text in json.load(sys.stdin).items():
    try:
        compile(text, name, "exec")
    except (SyntaxError, Warning) as problem:
        print("%s: %s" % (name, problem))
`;
  const compiled = (texts: Readonly<Record<string, string>>) =>
    check(['python3', '-I', '-c', COMPILE], JSON.stringify(texts));

  it('compiles every probe and every library of probes', () => {
    const names = readdirSync(join(REMOTE, 'probes'), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.py'));
    const text = (name: string) => readFileSync(join(REMOTE, 'probes', name), 'utf8');

    expect(names.length).toBeGreaterThan(20);
    expect(compiled(Object.fromEntries(names.map((name) => [name, text(name)])))).toEqual(CLEAN);
  });

  it('treats a warning as an error', () => {
    expect(compiled({ 'a.py': 'x = "\\d"\n', 'b.py': 'if\n' }).said).toMatch(/^a\.py: .*\nb\.py: .*\n$/);
  });
});

describe('bash can parse every command that a person is told to type', () => {
  it.each([
    ['for a rollback by hand', manualCommands(site(), plan(), 'terminal-1').join('\n')],
    [
      'if the host stays silent',
      remainingCommands(
        site(),
        runOf([
          ...eventsTo('switching'),
          { type: 'host-silent', why: 'no route to host' },
          { type: 'host-lost', why: 'no route to host' },
        ]),
      ),
    ],
  ])('%s', (_, commands) => {
    expect(commands).toContain('curl -i http');
    expect(check(['bash', '-n'], commands)).toEqual(CLEAN);
  });
});

/** Every command line that is sent to a host, by name. */
function commandLines(): readonly (readonly [name: string, command: string])[] {
  const root = "/srv/sum/it's here";
  const first = { run: 'acme-kitchens-7', number: 1, digest: 'digest' };
  return [
    ['place', placeCommand(root, 'a'.repeat(64))],
    ['launch', launchCommand(root, first, 'a'.repeat(64), null)],
    ['follow', followCommand(root, first, { offset: 0, seconds: 20 })],
    ['void', voidCommand(root, first)],
    ['log', probes.logTailCommand(root, first, 4000)],
    ['look', stateCommand(root, 'acme-kitchens-7', 'a'.repeat(64))],
    ['quarantine', quarantineCommand(root, { run: 'acme-kitchens-7', line: "it's\tbad", names: ['v0.6.0'] })],
    ['database', probes.databaseCommand({ root })],
  ];
}
