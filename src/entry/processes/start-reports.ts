import type { Consumer } from '../../queue/workers.ts';
import type { EditPace } from '../../slack/client/pace.ts';
import { type ReportDeps, reportReadiness } from '../../slack/deliver/report-readiness.ts';
import type { Shared } from './shared.ts';
import { takeJobs } from './take-jobs.ts';

/** The bot's half of the readiness checks: says what became worse. */
export function startReports(shared: Shared, deps: ReportDeps, slack: EditPace): Consumer {
  return takeJobs(shared, 'report', {
    handler: (site) => reportReadiness(deps, site, slack),
    concurrency: 1,
    failed: (err, site) =>
      shared.log.warn({ err, site }, 'slack has not heard yet what a readiness check found'),
  });
}
