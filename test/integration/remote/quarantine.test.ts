import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quarantineDirectory, runDirectory } from '../../../src/remote/paths.ts';
import { liftQuarantineCommand, quarantineCommand } from '../../../src/remote/quarantine.ts';

const run = promisify(execFile);
const COMMIT = '6'.repeat(40);
const lineOf = (id: string) =>
  `${id}\t2026-03-01T02:21:00.000Z\tleft v0.6.0 (66666666) for v0.5.0 (55555555)`;

describe.each(['dash', 'bash'])('the quarantine on a host, under %s', (shell) => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollback-quarantine-'));
    mkdirSync(join(root, '.rollback-bot'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const folder = () => quarantineDirectory(root);
  const names = () => readdirSync(folder()).filter((name) => !name.startsWith('.'));
  const text = (name = 'v0.6.0') => readFileSync(join(folder(), name), 'utf8');
  const lines = (name?: string) =>
    text(name)
      .split('\n')
      .filter((line) => line.includes('\t'));
  const begin = (id: string) => mkdirSync(runDirectory(root, id), { recursive: true });
  const sh = (command: string) => run(shell, ['-c', command.replace(/^sh /, `${shell} `)]);
  const place = (id: string, ...more: readonly string[]) =>
    sh(quarantineCommand(root, { run: id, line: lineOf(id), names: [COMMIT, 'v0.6.0', ...more] }));
  const lift = (id: string) => sh(liftQuarantineCommand(root, id));

  it('is a file for each name, which says which run, when, why and how to lift it', async () => {
    await place('acme-kitchens-7');

    expect(names()).toEqual([COMMIT, 'v0.6.0']);
    expect(text()).toBe(
      `# v0.6.0 is quarantined for this site: a rollback left it. Do not deploy it here.
# Each line is one run: its name, when it ended, what it left and why. Its thread in Slack lists the open
# follow-ups. When they are closed, the bot removes the line, and with the last line this file.
# To lift the quarantine by hand, delete this file.
${lineOf('acme-kitchens-7')}
`,
    );
    expect(statSync(folder()).mode & 0o777).toBe(0o755);
    expect(statSync(join(folder(), 'v0.6.0')).mode & 0o777).toBe(0o644);
  });

  it('is placed once, however often that is asked for', async () => {
    await place('acme-kitchens-7');
    const once = text();
    await place('acme-kitchens-7');

    expect(text()).toBe(once);
  });

  it('of several runs is lifted when the last one lifts it', async () => {
    await Promise.all(['acme-kitchens-7', 'acme-kitchens-70', 'acme-kitchens-8'].map((id) => place(id)));
    expect(lines().toSorted()).toEqual(
      ['acme-kitchens-7', 'acme-kitchens-70', 'acme-kitchens-8'].map(lineOf),
    );

    await lift('acme-kitchens-7');
    expect(lines().toSorted()).toEqual(['acme-kitchens-70', 'acme-kitchens-8'].map(lineOf));

    await Promise.all([lift('acme-kitchens-70'), lift('acme-kitchens-8')]);
    expect(names()).toEqual([]);
  });

  it('is lifted under all names that a run has placed, and for no other version', async () => {
    await place('acme-kitchens-7', 'release-6');
    await sh(
      quarantineCommand(root, { run: 'acme-kitchens-9', line: lineOf('acme-kitchens-9'), names: ['v0.7.0'] }),
    );

    await lift('acme-kitchens-7');

    expect(names()).toEqual(['v0.7.0']);
  });

  it('is not placed again by a late worker after it was lifted', async () => {
    begin('acme-kitchens-7');
    await place('acme-kitchens-7');
    await lift('acme-kitchens-7');
    await place('acme-kitchens-7');

    expect(names()).toEqual([]);
  });

  it('can be lifted twice, and if nothing was placed', async () => {
    await lift('acme-kitchens-7');
    await lift('acme-kitchens-7');

    expect(names()).toEqual([]);
  });

  it('keeps what people have written to it, and their own files', async () => {
    mkdirSync(folder());
    writeFileSync(join(folder(), 'v0.6.0'), 'breaks the booking form\n');
    writeFileSync(join(folder(), 'v0.9.0'), '');

    await place('acme-kitchens-7');
    expect(text()).toBe(`breaks the booking form\n${lineOf('acme-kitchens-7')}\n`);
    await lift('acme-kitchens-7');

    expect(text()).toBe('breaks the booking form\n');
    expect(names()).toEqual(['v0.6.0', 'v0.9.0']);
    expect(existsSync(join(folder(), COMMIT))).toBe(false);
  });
});
