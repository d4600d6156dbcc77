import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readJournal } from '../../../sandbox/host/units/journal.ts';
import { createUnit, type Unit } from '../../../sandbox/host/units/unit.ts';

let directory: string;
let unit: Unit | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rollback-units-'));
});

afterEach(async () => {
  await unit?.stop();
  rmSync(directory, { recursive: true, force: true });
});

function unitThatRuns(script: string): Unit {
  unit = createUnit({
    name: 'a.service',
    description: 'A',
    argv: ['/bin/sh', '-c', script],
    workingDirectory: directory,
    environment: { PATH: process.env['PATH'] ?? '' },
    runtimeDirectory: join(directory, 'run'),
    journal: join(directory, 'journal'),
  });
  return unit;
}

/** An ended process may stay in the process table until init has waited for it. */
function isAlive(pid: string): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z';
  return !/\) Z/.test(stat);
}

const journal = () => readJournal(readFileSync(join(directory, 'journal'), 'utf8')).map(({ text }) => text);

it('starts one process and stops its whole group', async () => {
  const one = unitThatRuns('sleep 100 & echo $! >child; echo up; wait');
  one.start();
  const pid = one.properties()['MainPID'];
  one.start();
  await expect.poll(() => journal()).toContain('up');

  expect(one.properties()).toMatchObject({ ActiveState: 'active', SubState: 'running', MainPID: pid });

  await one.stop();

  expect(one.properties()).toMatchObject({ ActiveState: 'inactive', MainPID: '0' });
  await expect.poll(() => isAlive(readFileSync(join(directory, 'child'), 'utf8').trim())).toBe(false);
});

it('reports that a failed process will be started again, and a stop ends that', async () => {
  const one = unitThatRuns('exit 3');
  one.start();
  await expect.poll(() => one.properties()['ActiveState']).toBe('activating');

  expect(one.properties()).toMatchObject({
    SubState: 'auto-restart',
    Result: 'exit-code',
    ExecMainStatus: '3',
  });

  await one.stop();

  expect(one.properties()['ActiveState']).toBe('inactive');
});

it('does not restart a process that ends with 0', async () => {
  const one = unitThatRuns('exit 0');
  one.start();

  await expect.poll(() => one.properties()['ActiveState']).toBe('inactive');
});
