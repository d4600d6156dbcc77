import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../report/text.ts';
import { escaped } from '../blocks/text.ts';

/** The answer to a request that was taken: what is looked at for what, and where its plan will be. */
export function surveyingText({ id, request }: Run, site: Site): string {
  const where =
    site.channel === undefined || site.channel === request.channel ? 'a moment' : `<#${site.channel}>`;
  return `:mag: ${id}: looking at ${escaped(oneLine(site.name))} for ${wishOf(request)}. Nothing is changed; the plan comes in ${where}.`;
}

function wishOf({ undo, version }: Run['request']): string {
  if (undo !== undefined) return `the undo of ${undo}`;
  return version === null ? 'a restore of the database' : `a rollback to ${escaped(oneLine(version))}`;
}
