import type { KnownBlock } from '@slack/types';
import { downtimeMs } from '../../domain/downtime.ts';
import { restoresDatabase } from '../../domain/mode.ts';
import type { Run } from '../../domain/run.ts';
import type { Site } from '../../domain/site.ts';
import { section } from './blocks.ts';
import { duration, escaped, fallback, moment, oneLine } from './text.ts';

/** From the first stop on: what visitors notice, in plain words. Updated in place as long as the run goes on. */
export function stakeholderNotice(run: Run, site: Site): { text: string; blocks: KnownBlock[] } | null {
  const stop = run.steps.find((step) => step.name === 'stop');
  if (!stop) return null;
  const name = oneLine(site.name);
  const text = `*${escaped(name)}* (${escaped(site.domain)}): ${nowLine(run)} Begun ${moment(stop.startedAt)}.`;
  return {
    text: fallback(`${escaped(name)}: ${nowLine(run)}`),
    blocks: [section(text)],
  };
}

function nowLine(run: Run): string {
  switch (run.state) {
    case 'succeeded':
      return 'it was put back to an earlier version and is back.';
    case 'failed':
      return 'it could not be put back to an earlier version and runs as before.';
    case 'needs-decision':
    case 'closed':
      return 'it could not be put back to an earlier version by itself; people are working on it.';
    default:
      return 'it is being put back to an earlier version. For a short while it does not answer; the next word comes here, in the thread.';
  }
}

/** The last word, in the thread of the notice. */
export function stakeholderEnd(run: Run, site: Site): { text: string; blocks: KnownBlock[] } | null {
  if (!run.steps.some((step) => step.name === 'stop')) return null;
  const text = endText(run, site);
  return text === null ? null : { text: fallback(text), blocks: [section(text)] };
}

function endText(run: Run, site: Site): string | null {
  const down = downtimeMs(run);
  const downtime = down === null ? '' : ` It did not answer for ${duration(down)}.`;
  const name = escaped(oneLine(site.name));
  switch (run.state) {
    case 'succeeded': {
      const backup = run.plan?.facts.backup;
      const lost =
        run.plan && restoresDatabase(run.plan.binding.mode) && backup
          ? ` What was entered after ${moment(backup.takenAt)} is no longer there and has to be entered again.`
          : ' Nothing that was entered was lost.';
      return `*${name}* is back and was checked.${downtime}${lost}`;
    }
    case 'failed':
      return `*${name}* runs the same version as before: the earlier one could not be put in place.${downtime} Nothing that was entered was lost.`;
    case 'needs-decision':
      return `*${name}* could not be put back yet. People are working on it, and the next word comes here.`;
    case 'closed':
      return `*${name}* could not be put back by itself. People finish it by hand and will tell you how it ended.`;
    default:
      return null;
  }
}
