import type { KnownBlock } from '@slack/types';
import type { Run } from '../../domain/run.ts';
import type { Site } from '../../domain/site.ts';
import { stepTitle } from '../../domain/steps.ts';
import { section, smallPrint } from './blocks.ts';
import { titleOf } from './card.ts';
import { duration, escaped, fallback, mention, oneLine } from './text.ts';

/** The one message of a run that is updated in place. */
export function progress(run: Run, site: Site): { text: string; blocks: KnownBlock[] } {
  const title = run.plan
    ? titleOf(site, run.plan)
    : `Rollback of ${oneLine(site.name)} (${site.environment})`;
  const line = `*${escaped(title)}*\n${stateLine(run)}`;
  const steps = stepLines(run);
  return {
    text: fallback(`${escaped(title)}: ${run.state}`),
    blocks: [
      section(line),
      ...(steps.length > 0 ? [section(steps.join('\n'))] : []),
      smallPrint(`${run.id} · asked for by ${mention(run.request.requester)}`),
    ],
  };
}

function stateLine(run: Run): string {
  switch (run.state) {
    case 'planning':
      return `:mag: Looking at ${escaped(run.looking ?? 'the host')}. Nothing is changed.`;
    case 'awaiting-approval':
      return ':raised_hand: Waits for the approval of a second person. The site is untouched.';
    case 'awaiting-start':
      return ':raised_hand: Waits for Start. The site is untouched.';
    case 'ready':
      return ':hourglass_flowing_sand: Beginning.';
    case 'switching':
      return `:gear: The switch is running on the host.${run.looking ? ` Note: ${escaped(run.looking)}.` : ''}`;
    case 'verifying':
      return ':mag: The site is up again; checking that it really works.';
    case 'succeeded':
      return ':white_check_mark: Done. The site runs and was checked.';
    case 'failed':
      return failedLine(run);
    case 'needs-decision':
      return ':rotating_light: Stopped. A person has to decide; see the newest message.';
    case 'closed':
      return `:black_square_for_stop: Closed by ${mention(run.actor ?? '')}. The site stays as it is.`;
    case 'denied':
      return `:no_entry: Denied by ${mention(run.actor ?? '')}. Nothing was changed.`;
    case 'cancelled':
      return `:no_entry: Cancelled by ${mention(run.actor ?? '')}. Nothing was changed.`;
    case 'expired':
      return ':hourglass: Expired. Nothing was changed.';
    case 'refused':
      return `:no_entry: Not started: ${escaped(run.refusal?.sentence ?? '')} Nothing was changed.`;
    case 'dry-run':
      return ':page_facing_up: Dry run: the plan is below, its exact program in the thread. Nothing was changed.';
  }
}

function failedLine(run: Run): string {
  return run.ended?.outcome === 'put-back'
    ? ':leftwards_arrow_with_hook: Failed and put back: the site runs the code that it ran before.'
    : ':no_entry: Ended before anything was changed.';
}

function stepLines(run: Run): readonly string[] {
  if (run.switchStartedAt === null) return [];
  const done = new Map(run.steps.map((step) => [step.name, step]));
  const planned = run.plan?.steps.map((step) => step.name) ?? [];
  const extra = run.steps.map((step) => step.name).filter((name) => !planned.includes(name));
  const all = run.ended && run.ended.outcome !== 'done' ? [...done.keys()] : [...planned, ...extra];
  return all.map((name) => {
    const step = done.get(name);
    const title = escaped(stepTitle(name));
    if (!step) return `:white_small_square: ${title}`;
    if (step.endedAt === null) return `:arrow_forward: *${title}*`;
    const took = duration(Date.parse(step.endedAt) - Date.parse(step.startedAt));
    return step.code === 0
      ? `:white_check_mark: ${title} · ${took}`
      : `:x: *${title}* · ${took}, exit code ${step.code}`;
  });
}
