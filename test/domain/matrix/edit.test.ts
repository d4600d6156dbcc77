import { describe, expect, it } from 'vitest';
import { carryRows, editMatrix, type RowChange, rowText } from '../../../src/domain/matrix/edit.ts';
import { seeded } from '../../support/story/random.ts';

const HEAD = `| Site Name | Environment | Slug      | Current Version | Last Deploy Date | Last Upgrade Outcome | Notes          |
| --------- | ----------- | --------- | --------------- | ---------------- | -------------------- | -------------- |
`;
const EXAMPLE = `| (example) | production  | acme-kitchens | v9.9.9      | 2025-12-10       | Success              | Initial deploy |
`;
const BLANK = `|           |             |           |                 |                  |                      |                |
`;
const REST = `
---

## Example Entries

### Rollback

${HEAD}| Acme Kitchens | production | acme-kitchens | v0.1.0 | 2025-12-19 | Rolled back from v0.7.0 | see log |

## Archived Sites

| Site Name | Environment | Slug | Last Version | Last Deploy Date | Decommission Date | Notes |
| --------- | ----------- | ---- | ------------ | ---------------- | ----------------- | ----- |
| Acme Kitchens | production | acme-kitchens | v0.0.1 | 2025-11-02 | 2025-12-01 | moved away |
`;
const TOP = `# Loop Sites Matrix

\`\`\`
## Active Sites
\`\`\`

## Active Sites

${HEAD}${EXAMPLE}`;
const ACME =
  '| Acme Kitchens | production | acme-kitchens | v0.6.0 | 2025-12-29 | Success | Upgraded from v0.5.0 |';
const ROLLED =
  '| Acme Kitchens | production | acme-kitchens | v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 | Upgraded from v0.5.0 |';
const matrix = (...rows: readonly string[]) =>
  `${TOP}${rows.map((row) => `${row}\n`).join('')}${BLANK}${BLANK}${REST}`;

const CELLS = { version: 'v0.5.0', date: '2026-03-01', outcome: 'Rolled back from v0.6.0 to v0.5.0' };
const CHANGE: RowChange = {
  slug: 'acme-kitchens',
  environment: 'production',
  cells: CELLS,
  added: { name: 'Acme Kitchens', environment: 'production', slug: 'acme-kitchens', ...CELLS },
};
const edited = (text: string, change = CHANGE) => {
  const result = editMatrix(text, change);
  if (result.kind !== 'text') throw new Error(result.why);
  return result.text;
};

describe('the row of a site', () => {
  it('has its version, date and outcome changed; example rows, blank rows, other tables and notes stay', () => {
    expect(edited(matrix(ACME))).toBe(matrix(ROLLED));
  });

  it.each<[string, string, string]>([
    [
      'is padded to its columns',
      '| Acme Kit. | production  | acme-kitchens | v0.6.0          | 2025-12-29       | Success              | n              |',
      '| Acme Kit. | production  | acme-kitchens | v0.5.0          | 2026-03-01       | Rolled back from v0.6.0 to v0.5.0 | n              |',
    ],
    [
      'has no spaces at all',
      '|A|production|acme-kitchens|v0.6.0|2025-12-29|Success|n|',
      '|A|production|acme-kitchens|v0.5.0|2026-03-01|Rolled back from v0.6.0 to v0.5.0|n|',
    ],
    [
      'has escaped pipes in its notes and its name',
      '| A \\| B | production | acme-kitchens | v0.6.0 | 2025-12-29 | Success | x \\| y |',
      '| A \\| B | production | acme-kitchens | v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 | x \\| y |',
    ],
    [
      'has a pipe too many in its notes',
      '| A | production | acme-kitchens | v0.6.0 | 2025-12-29 | Success | x | y |',
      '| A | production | acme-kitchens | v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 | x | y |',
    ],
    [
      'has its slug and version in backticks',
      '| A | production | `acme-kitchens` | `v0.6.0` | 2025-12-29 | Success | n |',
      '| A | production | `acme-kitchens` | `v0.5.0` | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 | n |',
    ],
    [
      'has empty cells',
      '| A | production | acme-kitchens | v0.6.0 |  | | n |',
      '| A | production | acme-kitchens | v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 | n |',
    ],
    [
      'ends early',
      '| A | production | acme-kitchens | v0.6.0 |',
      '| A | production | acme-kitchens | v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 |',
    ],
    [
      'has no pipe at its end',
      '| A | production | acme-kitchens | v0.6.0 | 2025-12-29 | Success | n',
      '| A | production | acme-kitchens | v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 | n',
    ],
    [
      'is indented, with spaces and tabs behind it',
      ' \t| A | Production | acme-kitchens | v0.6.0 | 2025-12-29 | Success | n | \t',
      ' \t| A | Production | acme-kitchens | v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 | n | \t',
    ],
  ])('is found and keeps its style where it %s', (_, before, after) => {
    expect(edited(matrix(before))).toBe(matrix(after));
  });

  it('is that of its environment alone, whichever comes first', () => {
    const staging = ACME.replace('production', 'staging');
    const longer = ACME.replace('acme-kitchens', 'acme-kitchens-2');

    expect(edited(matrix(staging, ACME, longer))).toBe(matrix(staging, ROLLED, longer));
    expect(edited(matrix(longer, ACME, staging))).toBe(matrix(longer, ROLLED, staging));
  });

  it('stays as it is where only the database went back, but for date and outcome', () => {
    const cells = { date: '2026-03-01', outcome: 'Database restored' };

    expect(edited(matrix(ACME), { ...CHANGE, cells })).toBe(
      matrix(ACME.replace('2025-12-29', '2026-03-01').replace('Success', 'Database restored')),
    );
  });

  it('stays as it is where somebody has deployed since', () => {
    const newer = ACME.replace('2025-12-29', '2026-03-02');

    expect(edited(matrix(newer))).toBe(matrix(newer));
  });

  it('is added behind the last one where there is none, before the blank rows', () => {
    const staging = ACME.replace('production', 'staging');
    const added =
      '| Acme Kitchens | production  | acme-kitchens | v0.5.0          | 2026-03-01       | Rolled back from v0.6.0 to v0.5.0 |                |';

    expect(edited(matrix(staging))).toBe(matrix(staging, added));
    expect(edited(`## Active Sites\n${HEAD.trimEnd()}`)).toBe(`## Active Sites\n${HEAD}${added}`);
    expect(edited(`## Active Sites\n${HEAD.trimEnd()}`.replaceAll('\n', '\r\n'))).toBe(
      `## Active Sites\n${HEAD}${added}`.replaceAll('\n', '\r\n'),
    );
  });

  it('keeps the line endings of the file, a byte order mark and a missing last line break', () => {
    const other = (row: string) => `\ufeff${matrix(row).trimEnd().replaceAll('\n', '\r\n')}`;

    expect(edited(other(ACME))).toBe(other(ROLLED));
    expect(edited(`## Active Sites\n${HEAD}${ACME}`)).toBe(`## Active Sites\n${HEAD}${ROLLED}`);
  });

  it('is written where the columns stand in another order, and some are missing', () => {
    const of = (version: string) =>
      `## Active Sites\n\n| Slug | Current Version | Owner | Environment |\n|-|-|-|-|\n| acme-kitchens | ${version} | me | production |\n`;

    expect(edited(of('v0.6.0'))).toBe(of('v0.5.0'));
  });

  it('is in the table of sites, not in one that stands before it in the section', () => {
    const of = (row: string) =>
      matrix(row).replace(`\n${HEAD}`, `\n| Word | Meaning |\n|-|-|\n| dev | ours |\n\n${HEAD}`);

    expect(edited(of(ACME))).toBe(of(ROLLED));
  });

  it.each<[string, string, string]>([
    ['there is no such section', '# moved', 'the matrix has no table of sites under "## Active Sites"'],
    [
      'the section is a comment',
      `<!--\n${matrix(ACME)}\n-->`,
      'the matrix has no table of sites under "## Active Sites"',
    ],
    ['the key is there twice', matrix(ACME, ACME), 'the matrix has 2 rows for acme-kitchens, production'],
  ])('is nobody’s guess where %s', (_, text, why) => {
    expect(editMatrix(text, CHANGE)).toEqual({ kind: 'impossible', why });
  });

  it('never costs another byte of the file, whatever the other rows and lines are', () => {
    const random = seeded(7);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
    const others = [
      ACME.replace('production', 'staging'),
      ACME.replace('acme-kitchens', 'birch-bakery'),
      '|Café \\| Söhne|dev|cafe|v1|2026-01-01|Success (minor issues)|— ok \\\\|',
      EXAMPLE.trimEnd(),
      BLANK.trimEnd(),
      '| x |',
      '||||||||',
      '|  | production | | v1 | | | |',
    ];
    for (let round = 0; round < 300; round += 1) {
      const before = Array.from({ length: Math.floor(random() * 5) }, () => pick(others));
      const after = Array.from({ length: Math.floor(random() * 5) }, () => pick(others));
      const eol = pick(['\n', '\r\n']);
      const of = (row: string) => matrix(...before, row, ...after).replaceAll('\n', eol);

      expect(edited(of(ACME))).toBe(of(ROLLED));
      expect(edited(edited(of(ACME)))).toBe(of(ROLLED));
    }
  });
});

describe('rows of the rolling branch on a matrix that people have changed meanwhile', () => {
  const BIRCH = '| Birch | production | birch-bakery | v0.5.1 | 2025-12-29 | Success | fine |';
  const birchNow = BIRCH.replace('fine', 'moved to a new host');

  it('are taken over, and the rows of people stay', () => {
    expect(carryRows(matrix(ACME, BIRCH), matrix(ROLLED, BIRCH), matrix(ACME, birchNow))).toEqual({
      kind: 'text',
      text: matrix(ROLLED, birchNow),
    });
  });

  it('keep what people have written into the same row', () => {
    const theirs = ACME.replace('Upgraded from v0.5.0', 'call Dana first');

    expect(carryRows(matrix(ACME), matrix(ROLLED), matrix(theirs))).toEqual({
      kind: 'text',
      text: matrix(ROLLED.replace('Upgraded from v0.5.0', 'call Dana first')),
    });
  });

  it('give way to a later deploy, and to nobody’s archived site', () => {
    const later = ACME.replace('v0.6.0', 'v0.6.1').replace('2025-12-29', '2026-03-05');

    expect(carryRows(matrix(ACME), matrix(ROLLED), matrix(later))).toEqual({
      kind: 'text',
      text: matrix(later),
    });
    expect(carryRows(matrix(ACME), matrix(ROLLED), matrix())).toEqual({ kind: 'text', text: matrix() });
  });

  it('are added where the branch has added them', () => {
    expect(carryRows(matrix(), matrix(ROLLED), matrix(BIRCH))).toEqual({
      kind: 'text',
      text: matrix(
        BIRCH,
        '| Acme Kitchens | production  | acme-kitchens | v0.5.0          | 2026-03-01       | Rolled back from v0.6.0 to v0.5.0 | Upgraded from v0.5.0 |',
      ),
    });
  });
});

it('a row for people has the platform’s columns', () => {
  expect(rowText({ ...CHANGE, added: { ...CHANGE.added, name: 'A | B' } })).toBe(
    '| A \\| B | production | acme-kitchens | v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 |  |',
  );
});
