import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isTagName } from '../../../src/domain/version/tag-name.ts';
import { seeded } from '../../support/story/random.ts';

const PARTS = [
  ...Array.from('aV1-._+@{}~^:?*[]\\/\'"`$();&|<>#%!,= \t\u007f\u0001é版'),
  '..',
  '//',
  '.lock',
  'lock',
  '@{',
  'release/',
  'v1.2',
];

function takenByGit(name: string): boolean {
  return spawnSync('git', ['check-ref-format', `refs/tags/${name}`]).status === 0;
}

describe.skipIf(spawnSync('git', ['--version']).status !== 0)('the name of a tag', () => {
  it('is what git takes for one, and never what looks like an option', () => {
    const next = seeded(27);
    const names = Array.from({ length: 400 }, () =>
      Array.from({ length: 1 + Math.floor(next() * 5) }, () => PARTS[Math.floor(next() * PARTS.length)]).join(
        '',
      ),
    );

    const wrong = [...PARTS, ...names].filter(
      (name) => isTagName(name) !== (takenByGit(name) && !name.startsWith('-')),
    );

    expect(wrong).toEqual([]);
  });
});
