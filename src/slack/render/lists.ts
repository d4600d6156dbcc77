import type { Run } from '../../domain/run.ts';
import { type Site, siteKey } from '../../domain/site.ts';
import { commitLabel } from '../../domain/version.ts';
import { escaped, mention, moment, oneLine } from './text.ts';

/** More lines than this nobody reads. */
const MOST = 40;

export function siteList(sites: readonly Site[], activeOn: ReadonlyMap<string, string>): string {
  if (sites.length === 0) return 'No sites are configured.';
  const lines = sites.slice(0, MOST).map((site) => {
    const busy = activeOn.get(siteKey(site));
    return `• *${escaped(site.slug)}* (${site.environment}) ${escaped(oneLine(site.name))}, ${escaped(site.domain)}${busy ? `: ${busy} is under way` : ''}`;
  });
  return [...lines, ...(sites.length > MOST ? [`and ${sites.length - MOST} more`] : [])].join('\n');
}

export function runList(runs: readonly Run[]): string {
  if (runs.length === 0) return 'No rollback has been asked for yet.';
  return runs.map(runLine).join('\n');
}

function runLine(run: Run): string {
  const { plan, request } = run;
  const what = request.undo === undefined ? '' : `, undo of ${request.undo}`;
  const target = plan?.facts.target
    ? ` to ${escaped(commitLabel(plan.facts.target))}`
    : request.version
      ? ` to ${escaped(oneLine(request.version))}`
      : '';
  const ended = run.endedAt ? `, ended ${moment(run.endedAt)}` : '';
  return `• *${run.id}*${what}${target}: *${run.state}*. Asked for by ${mention(request.requester)} ${moment(run.requestedAt)}${ended}.`;
}
