import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Hint, hintText } from '../../../src/domain/host/hints.ts';
import { oneLine } from '../../../src/domain/text/printable.ts';
import { manualCommands, remainingCommands } from '../../../src/remote/manual-commands.ts';
import { hostileTexts } from '../../support/hostile/texts.ts';
import { backup, LIVE } from '../../support/story/evidence.ts';
import { ended, eventsTo, plan, runOf } from '../../support/story/run.ts';
import { site } from '../../support/story/site.ts';

/** Everything that the commands for people call. */
const PROGRAMS = 'bash cat curl date flock git gzip ln mkdir mktemp mv restore_db.sh sh ssh sudo tail'.split(
  ' ',
);

/** What must arrive at a program as its own words, one a line. */
function wordsOf(hint: Hint): string {
  switch (hint.kind) {
    case 'git-status':
      return ['git', '-C', hint.folder, 'status'].join('\n');
    case 'own-repository':
      return ['git', '-C', hint.folder, 'submodule', 'absorbgitdirs', hint.path].join('\n');
    case 'no-repository':
      return `--separate-git-dir=${hint.module}`;
    case 'no-commit':
      return `--git-dir=${hint.module}`;
    default:
      throw new Error(`no command for ${hint.kind} is tested here`);
  }
}

/** A shell in which every program only notes its arguments, and the calls that it made. */
function callsOf(script: (root: string) => string): readonly (readonly string[])[] {
  const root = mkdtempSync(join(tmpdir(), 'pasted-'));
  try {
    return callsIn(root, script(root));
  } finally {
    rmSync(root, { recursive: true });
  }
}

function callsIn(root: string, script: string): readonly (readonly string[])[] {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  mkdirSync(join(root, 'app'));
  const calls = join(root, 'calls');
  mkdirSync(calls);
  for (const name of PROGRAMS) {
    const path = join(bin, name);
    writeFileSync(path, `#!/bin/sh\n{ printf '%s\\037' ${name} "$@"; printf '\\036'; } >> ${calls}/$$\n`);
    chmodSync(path, 0o755);
  }
  const here = join(root, 'here');
  mkdirSync(here);
  const { status, stderr } = spawnSync('/bin/bash', ['--norc', '-c', script], {
    cwd: here,
    env: { PATH: bin },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(readdirSync(here)).toEqual([]);
  expect(existsSync(join(root, 'app', 'owned'))).toBe(false);
  // Programs of one pipe run at the same time, so each has a file of its own.
  return readdirSync(calls)
    .flatMap((file) => readFileSync(join(calls, file), 'utf8').split('\u001e').slice(0, -1))
    .map((call) => call.split('\u001f').slice(0, -1));
}

/** Texts as a path of a host may have them: people can see every character. */
function paths(seed: number): () => string {
  const { next } = hostileTexts(seed);
  return () => oneLine(next(), 1000);
}

describe('commands that people paste, with texts of a host in them', () => {
  it.each([1, 2, 3, 4, 5])('by hand: the words arrive as they are, and nothing else runs (%i)', (seed) => {
    const next = paths(seed);
    for (let round = 0; round < 10; round += 1) {
      const venv = next();
      const restore = next();
      const step = next();
      const calls = callsOf((root) => {
        const where = site({ root, bin: join(root, 'bin') });
        const prepared = { tree: '/t', venv, reused: false, freeBytes: 0, installed: {} };
        const of = plan(
          'full',
          { prepared, restore: { path: restore, sha256: 'd'.repeat(64) }, backup: backup() },
          where,
        );
        const run = runOf([...eventsTo('switching', of), ended('hold', step, 1)]);
        return [...manualCommands(where, of, 'acme-kitchens-7'), remainingCommands(where, run)].join('\n');
      });

      const words = new Set(calls.flat());
      for (const word of [venv, restore, step]) expect(words).toContain(word);
      expect(new Set(calls.map(([program]) => program))).toEqual(
        new Set([
          'sudo',
          'flock',
          'mkdir',
          'bash',
          'gzip',
          'tail',
          'git',
          'restore_db.sh',
          'mv',
          'ln',
          'curl',
          'ssh',
          'cat',
          'sh',
          'date',
        ]),
      );
    }
  });

  it('what to do about a problem: each word arrives as it is, and nothing else runs', () => {
    const next = paths(9);
    const hints: Hint[] = Array.from({ length: 40 }, (): Hint[] => [
      { kind: 'git-status', folder: next() },
      { kind: 'own-repository', folder: next(), path: next() },
      { kind: 'no-repository', module: `/srv/${next()}`, url: null },
      { kind: 'no-commit', module: next(), commit: LIVE },
    ]).flat();
    const commands = hints.map((hint) => {
      const [, command] =
        /on the host: ([\s\S]*?)(?:\. Then ask again\.|\. Then ask again, or)/.exec(hintText(hint)) ?? [];
      return command ?? '';
    });

    const calls = callsOf(() => commands.join('\n'));

    const texts = calls.map((call) => call.join('\n'));
    expect(hints.filter((hint) => !texts.some((text) => text.includes(wordsOf(hint))))).toEqual([]);
    expect(calls.length).toBe(40 * 6);
  });
});
