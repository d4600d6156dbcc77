import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lostRecordsCommand, retentionCommand } from '../../../src/remote/probes.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const DAY = 24 * 60 * 60;
const ACTIVE = 'acme-kitchens-1';

describe.skipIf(!hasPython)('a run without an end mark', () => {
  let root: string;
  const folderOf = (run: string) => join(root, '.rollback-bot', 'runs', run);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollback-kept-run-'));
    mkdirSync(join(root, '.rollback-bot', 'venvs'), { recursive: true });
    execFileSync('git', ['init', '-q', join(root, 'app')]);
    // Two later runs that ended. With a limit of one, only their backups would be kept.
    run('acme-kitchens-8', 0.5, ['recorded']);
    run('acme-kitchens-9', 0.2, ['recorded']);
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  /** A run from so many days ago that made a safety backup and put the environment aside. */
  function run(name: string, days: number, more: readonly string[] = [], recordDays = days): void {
    const folder = folderOf(name);
    mkdirSync(join(folder, 'venv-before'), { recursive: true });
    for (const file of ['claim', 'code-environment', 'record', 'safety.sql.gz', ...more]) {
      writeFileSync(join(folder, file), file);
      const moment = Date.now() / 1000 - (file === 'record' ? recordDays : days) * DAY;
      utimesSync(join(folder, file), moment, moment);
    }
  }

  const ask = (command: string) =>
    JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8', timeout: 20_000 }));
  const takenUp = (): readonly string[] =>
    ask(lostRecordsCommand({ root, active: null })).map((one: { run: string }) => one.run);
  const prune = () =>
    ask(retentionCommand({ root, run: 'acme-kitchens-9', keep: { safetyBackups: 1, environments: 1 } }));
  const isKept = (run: string) => [
    existsSync(join(folderOf(run), 'safety.sql.gz')),
    existsSync(join(folderOf(run), 'venv-before')),
  ];

  it.each([
    [1, true],
    [5, true],
    [13, true],
    [15, false],
  ])('is picked up %i days later, and what it needs is still there: %s', (days, expected) => {
    run(ACTIVE, days);

    expect(takenUp()).toEqual(expected ? [ACTIVE] : []);
    prune();

    expect(isKept(ACTIVE)).toEqual([expected, expected]);
    expect(isKept('acme-kitchens-8')).toEqual([false, false]);
  });

  it('counts from its last decision, because the bot writes its record again then', () => {
    run(ACTIVE, 20, [], 3);

    expect(takenUp()).toEqual([ACTIVE]);
    prune();

    expect(isKept(ACTIVE)).toEqual([true, true]);
  });

  it('is not picked up once its end is marked, and nothing is kept for it', () => {
    run(ACTIVE, 5, ['recorded']);

    expect(takenUp()).toEqual([]);
    prune();

    expect(isKept(ACTIVE)).toEqual([false, false]);
  });

  it('is picked up for as many days as ADR 8 says', () => {
    const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
    const adr = read('docs/adr/0008-the-record-lies-on-the-host-as-well.md');
    const program = read('src/remote/probes/lib/run-folder.py');

    expect(/the last (\w+) days/.exec(adr)?.[1]).toBe(/TAKEN_UP_DAYS = (\d+)/.exec(program)?.[1]);
  });
});
