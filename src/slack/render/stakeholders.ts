import type { KnownBlock } from '@slack/types';
import { restoresDatabase } from '../../domain/mode.ts';
import type { Run } from '../../domain/run.ts';
import type { Site } from '../../domain/site.ts';
import { section } from './blocks.ts';
import { downtimeMs } from './ending.ts';
import { duration, escaped, moment } from './text.ts';

/** From the first stop on: what visitors notice, in plain words. Updated in place as long as the run goes on. */
export function stakeholderNotice(run: Run, site: Site): { text: string; blocks: KnownBlock[] } | null {
  const stop = run.steps.find((step) => step.name === 'stop');
  if (!stop) return null;
  const text = `*${escaped(site.name)}* (${escaped(site.domain)}) is being put back to an earlier version since ${moment(stop.startedAt)}. ${nowLine(run)}`;
  return { text: `${site.name} is being put back to an earlier version.`, blocks: [section(text)] };
}

function nowLine(run: Run): string {
  switch (run.state) {
    case 'succeeded':
      return 'It is back.';
    case 'failed':
      return 'That did not work out; it runs as before.';
    case 'needs-decision':
    case 'closed':
      return 'It is not settled yet; people are working on it.';
    default:
      return 'For a short while it does not answer. The next word comes here, in the thread.';
  }
}

/** The last word, in the thread of the notice. */
export function stakeholderEnd(run: Run, site: Site): { text: string; blocks: KnownBlock[] } | null {
  if (!run.steps.some((step) => step.name === 'stop')) return null;
  const text = endText(run, site);
  return text === null ? null : { text, blocks: [section(text)] };
}

function endText(run: Run, site: Site): string | null {
  const down = downtimeMs(run);
  const downtime = down === null ? '' : ` It did not answer for ${duration(down)}.`;
  const name = escaped(site.name);
  switch (run.state) {
    case 'succeeded': {
      const backup = run.plan?.facts.backup;
      const lost =
        run.plan && restoresDatabase(run.plan.binding.mode) && backup
          ? ` What was entered after ${moment(backup.takenAt)} is no longer there and has to be entered again.`
          : ' No data was lost.';
      return `*${name}* is back and was checked.${downtime}${lost}`;
    }
    case 'failed':
      return `*${name}* runs the same version as before: the earlier one could not be put in place.${downtime} No data was lost.`;
    case 'needs-decision':
      return `*${name}* could not be put back yet. People are working on it, and the next word comes here.`;
    default:
      return null;
  }
}
