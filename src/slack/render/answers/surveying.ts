import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { escaped } from '../blocks/mrkdwn.ts';

/** Answers a request that was accepted: what is being planned, and where the plan will be. */
export function surveyingText({ id, request }: Run, site: Site): string {
  const isElsewhere = site.channel !== undefined && site.channel !== request.channel;
  const where = isElsewhere ? `in <#${site.channel}>` : 'here in a moment';
  return `:mag: ${id}: planning ${wishOf(request, escaped(oneLine(site.name)))}. Nothing changes yet. The plan will appear ${where}.`;
}

function wishOf({ undo, version }: Run['request'], name: string): string {
  if (undo !== undefined) return `the undo of ${undo} on ${name}`;
  return version === null
    ? `a restore of the database of ${name}`
    : `a rollback of ${name} to ${escaped(oneLine(version))}`;
}
