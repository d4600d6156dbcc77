import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importProblems, linterOverrides, readImports, readLayers } from '../../scripts/layers.mjs';

const TABLE = `
| layer | holds | may import | packages |
|---|---|---|---|
| \`src/domain\` | pure | | \`node:crypto\` |
| \`src/app\` | use cases | \`domain\` | |
| \`src/store\` | Redis | \`app\`, \`domain\` | \`node:*\`, \`ioredis\` |
| \`src/slack\` | Slack | \`app\`, \`slack/render\` | |
| \`src/slack/render\` | pure | \`domain\` | |
| \`src/entry\` | composition | everything | |
`;
const layers = readLayers(TABLE);

interface File {
  readonly path: string;
  readonly targets: readonly string[];
  readonly packages: readonly string[];
}

function file(path: string, targets: readonly string[] = [], packages: readonly string[] = []): File {
  return { path, targets, packages };
}

describe('an import is right', () => {
  it.each([
    ['within its layer', file('src/domain/run/run.ts', ['src/domain/site/site.ts'])],
    ['into a layer that the table allows', file('src/store/keys.ts', ['src/app/ports/people.ts'])],
    [
      'of a package that the table allows',
      file('src/store/keys.ts', [], ['ioredis', 'node:timers/promises']),
    ],
    ['from where everything comes together', file('src/entry/cli.ts', ['src/store/keys.ts'], ['commander'])],
    ['into a layer below its own folder', file('src/slack/deliver/deliver.ts', ['src/slack/render/card.ts'])],
  ])('%s', (_, one) => {
    expect(importProblems(layers, [one])).toEqual([]);
  });
});

describe('an import is wrong', () => {
  it.each([
    [
      'into a layer above',
      file('src/domain/run/run.ts', ['src/app/advance-run.ts']),
      'src/domain/run/run.ts imports src/app/advance-run.ts: src/domain may import only itself',
    ],
    [
      'of a package that belongs to another layer',
      file('src/app/advance-run.ts', [], ['ioredis']),
      'src/app/advance-run.ts imports ioredis: src/app may use no package',
    ],
    [
      'out of a layer that stands in the folder of another',
      file('src/slack/render/card.ts', ['src/slack/client/app.ts']),
      'src/slack/render/card.ts imports src/slack/client/app.ts: src/slack/render may import src/domain',
    ],
    [
      'in a folder that is in no layer',
      file('src/new/thing.ts'),
      'src/new/thing.ts is in no layer of ARCHITECTURE.md',
    ],
  ])('%s', (_, one, problem) => {
    expect(importProblems(layers, [one])).toEqual([problem]);
  });

  it('as part of a circle of files, which a third file only leads to', () => {
    const circle = [
      file('src/domain/run/a.ts', ['src/domain/run/b.ts']),
      file('src/domain/run/b.ts', ['src/domain/run/a.ts']),
      file('src/domain/run/c.ts', ['src/domain/run/a.ts']),
    ];

    expect(importProblems(layers, circle)).toEqual([
      `a circle of files: src/domain/run/a.ts, src/domain/run/b.ts
    src/domain/run/a.ts imports src/domain/run/b.ts
    src/domain/run/b.ts imports src/domain/run/a.ts`,
    ]);
  });

  it('as part of a circle of folders whose files go round in none', () => {
    const circle = [
      file('src/domain/plan/plan.ts', ['src/domain/run/request.ts']),
      file('src/domain/run/request.ts'),
      file('src/domain/run/run.ts', ['src/domain/plan/plan.ts']),
    ];

    expect(importProblems(layers, circle)).toEqual([
      `a circle of folders: src/domain/plan, src/domain/run
    src/domain/plan/plan.ts imports src/domain/run/request.ts
    src/domain/run/run.ts imports src/domain/plan/plan.ts`,
    ]);
  });
});

it('the table has to know every layer that it names', () => {
  expect(() => readLayers(TABLE.replace('| `src/domain` | pure | | `node:crypto` |\n', ''))).toThrow(
    'src/domain',
  );
  expect(() => readLayers('no table')).toThrow('the table of layers');
});

it('imports are read as they are written: of types, of values, for their effect, and late', () => {
  const root = mkdtempSync(join(tmpdir(), 'layers-'));
  mkdirSync(join(root, 'src/domain/run'), { recursive: true });
  writeFileSync(
    join(root, 'src/domain/run/run.ts'),
    `import type { Site } from '../site/site.ts';
import {
  type Plan,
  planDigest,
} from '../plan/plan.ts';
import './effect.ts';
const late = await import('node:fs');
const sentence = 'taken from here, imported from there';
`,
  );

  expect(readImports(root)).toEqual([
    {
      path: 'src/domain/run/run.ts',
      targets: ['src/domain/site/site.ts', 'src/domain/plan/plan.ts', 'src/domain/run/effect.ts'],
      packages: ['node:fs'],
    },
  ]);
  rmSync(root, { recursive: true });
});

it('the linter gets one rule for each depth of a layer, and the deeper layer comes last', () => {
  const rules = linterOverrides(layers);

  expect(rules.map(({ includes }: { includes: string[] }) => includes[0])).toEqual([
    'src/app/*.ts',
    'src/app/*/**',
    'src/store/*.ts',
    'src/store/*/**',
    'src/slack/*.ts',
    'src/slack/*/**',
    'src/domain/*.ts',
    'src/domain/*/**',
    'src/slack/render/*.ts',
    'src/slack/render/*/**',
  ]);
  expect(rules[3]?.linter.rules.style.noRestrictedImports.options.patterns[0]?.group).toEqual([
    '**',
    '!./**',
    '!../**',
    '../../**',
    '!../../app/**',
    '!../../domain/**',
    '!node:*',
    '!node:*/**',
    '!ioredis',
  ]);
});
