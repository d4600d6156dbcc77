import { expect, test } from 'vitest';
import type { RecordsPlace } from '../../../src/domain/site/records-repository.ts';
import { recordsResults } from '../../../src/entry/doctor/records-checks.ts';
import { renderResult } from '../../../src/entry/parts/check-result.ts';
import { site } from '../../support/story/site.ts';

const SETTINGS: RecordsPlace = {
  repository: 'git@example:ops/platform.git',
  branch: 'develop',
  rollingBranch: 'rollback-bot/records',
  matrix: 'docs/matrix.md',
  incidents: 'docs/log.md',
  author: { name: 'rollback-bot', email: 'rollback-bot@localhost' },
  pullRequest: null,
};
const ROW = '| A | production | acme-kitchens | v1 |\n';
const MATRIX = `## Active Sites\n\n| Site Name | Environment | Slug | Current Version |\n|-|-|-|-|\n`;
const GOOD = {
  matrix: MATRIX + ROW,
  incidents: '# Log\n\n## Follow-Up Tracking\n',
  rolling: true,
  pushProblem: null,
};
const lines = (asked: Parameters<typeof recordsResults>[1]) =>
  recordsResults(SETTINGS, asked, [site()]).map(renderResult).join('');

test('records that a rollback can write', () => {
  expect(lines({ answer: GOOD })).toBe(`ok    records: docs/matrix.md has a row for every site
ok    records: docs/log.md has a place for entries, before its follow-ups
ok    records: the bot may push to rollback-bot/records
`);
  expect(lines({ answer: { ...GOOD, rolling: false } })).toContain(
    'ok    records: the bot may push to rollback-bot/records, which its first records create\n',
  );
});

test('a repository that cannot be reached', () => {
  expect(
    lines({ error: 'Permission denied (publickey)' }),
  ).toBe(`FAIL  records: git@example:ops/platform.git: Permission denied (publickey)
      fix: as the user that runs the worker, with its key: git ls-remote git@example:ops/platform.git develop
`);
});

test('files that are missing, a table that is, and a key that may only read', () => {
  const pushProblem = 'the push was refused: The repository is read-only';

  expect(
    lines({ answer: { ...GOOD, matrix: null, incidents: null, pushProblem } }),
  ).toBe(`FAIL  records: there is no file docs/matrix.md on develop
      fix: correct records.matrix in the configuration
FAIL  records: there is no file docs/log.md on develop
      fix: correct records.incidents in the configuration
FAIL  records: rollback-bot/records: the push was refused: The repository is read-only
      fix: give the bot's key write access to git@example:ops/platform.git; develop itself may stay protected
`);
  expect(lines({ answer: { ...GOOD, matrix: '# moved' } })).toContain(
    'FAIL  records: docs/matrix.md has no table of sites under "## Active Sites"\n      fix: restore the heading',
  );
});

test('rows that are missing or there twice, and a log without its heading', () => {
  expect(
    lines({ answer: { ...GOOD, matrix: MATRIX, incidents: '# Log\n' } }),
  ).toBe(`warn  records: docs/matrix.md has no row for acme-kitchens@production; the bot adds one with the first rollback
warn  records: docs/log.md has no heading "## Follow-Up Tracking", so the bot adds entries at its end
ok    records: the bot may push to rollback-bot/records
`);
  expect(lines({ answer: { ...GOOD, matrix: MATRIX + ROW + ROW } })).toContain(
    'FAIL  records: docs/matrix.md has 2 rows for acme-kitchens@production\n      fix: leave only one of them in the table\n',
  );
});
