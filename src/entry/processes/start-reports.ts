import { type Consumer, startConsumer } from '../../queue/workers.ts';
import type { EditPace } from '../../slack/client/pace.ts';
import { type ReportDeps, reportReadiness } from '../../slack/deliver/report-readiness.ts';
import type { Shared } from './shared.ts';

/** The bot's half of the readiness checks: says what became worse. */
export function startReports(
  { workerLink, log, metrics, pace }: Shared,
  deps: ReportDeps,
  slack: EditPace,
): Consumer {
  return startConsumer('report', (site) => reportReadiness(deps, site, slack), {
    link: workerLink,
    concurrency: 1,
    lockDurationMs: pace.leaseMs,
    stalledIntervalMs: pace.roundMs,
    onError: (error, site) => {
      metrics.looks.inc({ queue: 'report', result: 'error' });
      log.warn({ err: error, site }, 'slack has not heard yet what a readiness check found');
    },
  });
}
