import { describe, expect, it } from 'vitest';
import type { StackFile } from '../../../src/domain/host/survey.ts';
import { judgeMatrix, stackWarnings } from '../../../src/domain/matrix/compare.ts';
import { sitesTable } from '../../../src/domain/matrix/table.ts';
import { commit, liveCommit } from '../../support/story/evidence.ts';
import { site } from '../../support/story/site.ts';

const HEAD = `| Site Name | Environment | Slug      | Current Version | Last Deploy Date | Last Upgrade Outcome | Notes          |
| --------- | ----------- | --------- | --------------- | ---------------- | -------------------- | -------------- |
`;

const matrix = (...rows: readonly string[]) => `# Loop Sites Matrix

## Active Sites

${HEAD}| (example) | production  | acme-kitchens | v9.9.9      | 2025-12-10       | Success              | Initial deploy |
${rows.join('\n')}
|           |             |           |                 |                  |                      |                |

---

## Example Entries

### Rollback

${HEAD}| Acme Kitchens | production | acme-kitchens | v0.1.0 | 2025-12-19 | Rolled back from v0.7.0 | see log |

## Archived Sites

| Site Name | Environment | Slug | Last Version | Last Deploy Date | Decommission Date | Notes |
`;

const ACME =
  '| Acme Kitchens | production | acme-kitchens | v0.6.0 | 2025-12-29 | Success | Upgraded from v0.5.0 |';

const text = (...rows: readonly string[]) => ({ kind: 'text', text: matrix(...rows) }) as const;

const rowsOf = (of: string) => sitesTable(of)?.rows;

const row = {
  slug: 'acme-kitchens',
  environment: 'production',
  version: 'v0.6.0',
  date: '2025-12-29',
  outcome: 'Success',
  notes: 'Upgraded from v0.5.0',
};

describe('the matrix of sites', () => {
  it('is the table under Active Sites alone: no example, no blank row, padded or not', () => {
    expect(rowsOf(matrix(ACME))).toMatchObject([row]);
    expect(rowsOf(matrix('|A|staging|a|`v1`|2025-01-01|Success|x \\| y|'))).toMatchObject([
      {
        slug: 'a',
        environment: 'staging',
        version: 'v1',
        date: '2025-01-01',
        outcome: 'Success',
        notes: 'x | y',
      },
    ]);
  });

  it('may have its columns in another order, and lines as another system ends them', () => {
    const other =
      '## Active Sites\r\n| Slug | Current Version | Environment |\r\n|-|-|-|\r\n| a | v1 | dev |\r\n';

    expect(rowsOf(other)).toMatchObject([
      { slug: 'a', environment: 'dev', version: 'v1', date: '', outcome: '', notes: '' },
    ]);
  });

  it.each(['', '# Matrix', '## Active Sites\n\nnothing yet', '## Active Sites\n| Name |\n| - |\n| a |'])(
    'is not there in %j',
    (other) => {
      expect(sitesTable(other)).toBeNull();
    },
  );
});

describe('the matrix beside the host', () => {
  const judge = (reading: Parameters<typeof judgeMatrix>[0], live = liveCommit) =>
    judgeMatrix(reading, site(), live);

  it('says nothing where both agree, by tag or by the pinned sum-core', () => {
    expect(judge(text(ACME))).toEqual({ row, warnings: [] });
    expect(judge(text(ACME), { ...liveCommit, tags: [] }).warnings).toEqual([]);
    expect(judge({ kind: 'none' })).toEqual({ row: null, warnings: [] });
  });

  it('reads a cell as people do: without the backslashes that only say what is text', () => {
    const written = ACME.replace('v0.6.0', String.raw`v0.6.0\-rc\_1`).replace('Success', 'x'.repeat(600));

    expect(judge(text(written), { ...liveCommit, tags: ['v0.6.0-rc_1'] })).toEqual({
      row: { ...row, version: 'v0.6.0-rc_1', outcome: `${'x'.repeat(499)}…` },
      warnings: [],
    });
  });

  it.each<[string, Parameters<typeof judgeMatrix>[0], string]>([
    [
      'it could not be read',
      { kind: 'unreachable', why: 'Permission denied (publickey)' },
      'The bot could not read the matrix of sites: Permission denied (publickey).',
    ],
    [
      'it has no table',
      { kind: 'text', text: '# moved' },
      'The matrix of sites has no table under "## Active Sites".',
    ],
    ['it has no row', text(), 'The matrix of sites has no rows for acme-kitchens@production.'],
    ['it has two rows', text(ACME, ACME), 'The matrix of sites has 2 rows for acme-kitchens@production.'],
    [
      'only another environment has a row',
      text(ACME.replace('production', 'staging')),
      'The matrix of sites has no rows for acme-kitchens@production.',
    ],
  ])('warns when %s', (_, reading, warning) => {
    expect(judge(reading)).toEqual({ row: null, warnings: [warning] });
  });

  it('warns when the host runs something else', () => {
    expect(judge(text(ACME), commit())).toEqual({
      row,
      warnings: [
        'The matrix says that v0.6.0 has been live since 2025-12-29, but the host runs v0.5.0 (55555555).',
      ],
    });
  });
});

describe('.sum/stack.yml of the live code', () => {
  const STACK: StackFile = {
    slug: 'acme-kitchens',
    environment: 'production',
    domain: 'acme-kitchens.example',
    core: 'v0.6.0',
  };

  it('says nothing where it agrees, or where there is none', () => {
    expect(stackWarnings(STACK, site(), liveCommit)).toEqual([]);
    expect(stackWarnings(null, site(), liveCommit)).toEqual([]);
    expect(stackWarnings({ ...STACK, core: null, domain: null }, site(), liveCommit)).toEqual([]);
    expect(stackWarnings(STACK, site(), { pin: null })).toEqual([]);
  });

  it('is named where it contradicts requirements.txt or the configuration', () => {
    expect(stackWarnings({ ...STACK, environment: 'staging', core: 'v0.5.3' }, site(), liveCommit)).toEqual([
      '.sum/stack.yml in the live code says the environment is staging, but the configuration says production.',
      '.sum/stack.yml in the live code says sum-core is v0.5.3, but requirements.txt pins v0.6.0.',
    ]);
  });
});
