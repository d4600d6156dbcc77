import { isRowOf, sitesTable } from '../../domain/matrix/table.ts';
import { FOLLOW_UPS } from '../../domain/records/incident.ts';
import type { RecordsPlace } from '../../domain/site/records-repository.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { isHeading, linesOf } from '../../domain/text/markdown.ts';
import type { RecordsFacts } from '../../records/inspect-records.ts';
import { type Asked, type CheckResult, fail, ok, warn } from '../parts/check-result.ts';

const WHAT = 'records';

/** Pure: whether the repository of the matrix and the incident log is as a rollback needs it. */
export function recordsResults(
  settings: RecordsPlace,
  asked: Asked<RecordsFacts>,
  sites: readonly Site[],
): readonly CheckResult[] {
  const { repository, branch, rollingBranch, matrix, incidents } = settings;
  if ('error' in asked)
    return [
      fail(
        WHAT,
        `${repository}: ${asked.error}`,
        `as the user that runs the worker, with its key: git ls-remote ${repository} ${branch}`,
      ),
    ];
  const { answer } = asked;
  return [
    ...(answer.matrix === null
      ? [missing(matrix, branch, 'matrix')]
      : matrixResults(matrix, answer.matrix, sites)),
    ...(answer.incidents === null
      ? [missing(incidents, branch, 'incidents')]
      : incidentResults(incidents, answer.incidents)),
    answer.pushProblem === null
      ? ok(
          `${WHAT}: the bot may push to ${rollingBranch}${answer.rolling ? '' : ', which its first records create'}`,
        )
      : fail(
          WHAT,
          `${rollingBranch}: ${answer.pushProblem}`,
          `give the bot's key write access to ${repository}; ${branch} itself may stay protected`,
        ),
  ];
}

function missing(path: string, branch: string, key: string): CheckResult {
  return fail(WHAT, `there is no file ${path} on ${branch}`, `correct records.${key} in the configuration`);
}

function matrixResults(path: string, text: string, sites: readonly Site[]): readonly CheckResult[] {
  const table = sitesTable(text);
  if (table === null)
    return [
      fail(
        WHAT,
        `${path} has no table of sites under "## Active Sites"`,
        'restore the heading and the header of the table, with Slug, Environment and Current Version',
      ),
    ];
  const counted = sites.map((site) => ({
    key: siteKey(site),
    count: table.rows.filter((row) => isRowOf(row, site)).length,
  }));
  const problems = counted.filter(({ count }) => count !== 1);
  if (problems.length === 0) return [ok(`${WHAT}: ${path} has a row for every site`)];
  return problems.map(({ key, count }) =>
    count === 0
      ? warn(WHAT, `${path} has no row for ${key}; the bot adds one with the first rollback`)
      : fail(WHAT, `${path} has ${count} rows for ${key}`, 'leave only one of them in the table'),
  );
}

function incidentResults(path: string, text: string): readonly CheckResult[] {
  return linesOf(text).some((line) => isHeading(line, FOLLOW_UPS))
    ? [ok(`${WHAT}: ${path} has a place for entries, before its follow-ups`)]
    : [warn(WHAT, `${path} has no heading "## Follow-Up Tracking", so the bot adds entries at its end`)];
}
