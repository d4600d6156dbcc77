import { exitCode, stepTitle } from '../../../domain/plan/steps.ts';
import { hostSilenceText, isHostSilent } from '../../../domain/run/host-silence.ts';
import { kindOf } from '../../../domain/run/request.ts';
import type { Run, StepProgress } from '../../../domain/run/run.ts';
import { isVerified } from '../../../domain/run/verified.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { stateText } from '../../../report/facts.ts';
import { duration } from '../../../report/text.ts';
import { titleOf } from '../../../report/titles.ts';
import { section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { fallback, mention, mentions, someone } from '../blocks/text.ts';

/** The one message of a run that the bot keeps editing. */
export function progress(run: Run, site: Site): Message {
  const title = run.plan
    ? titleOf(site, run.plan)
    : `${run.request.undo === undefined ? 'Rollback of' : `Undo of ${run.request.undo} on`} ${oneLine(site.name)} (${site.environment})`;
  const line = `*${escaped(title)}*\n${stateLine(run)}${glassNote(run)}`;
  const steps = stepLines(run);
  return {
    text: fallback(`${escaped(`${title}:`)} ${stateText(run)}`),
    blocks: [
      section(line),
      ...(steps.length > 0 ? [section(steps.join('\n'))] : []),
      smallPrint(`${run.id} · requested by ${mention(run.request.requester)}`),
    ],
  };
}

/** Everybody who follows the run has to know. */
function glassNote({ glass }: Run): string {
  if (glass.broken.length === 0) return '';
  const who = mentions([...new Set(glass.broken.map(({ by }) => by))]);
  return `\n:rotating_light: ${who} broke the glass: nobody else had approved this.`;
}

function stateLine(run: Run): string {
  switch (run.state) {
    case 'planning':
      return `:mag: Checking ${escaped(run.progress ?? 'the host')}. Nothing has been changed.`;
    case 'awaiting-build-approval':
      return ':raised_hand: Waiting for a second person to approve building this version. Nothing of it has run.';
    case 'awaiting-approval':
      return ':raised_hand: Waiting for a second person to approve. The site is untouched.';
    case 'awaiting-start':
      return ':raised_hand: Waiting for someone to press Start. The site is untouched.';
    case 'ready':
      return ':hourglass_flowing_sand: Starting.';
    case 'switching':
      return `:gear: ${atWork(run)}${cancelNote(run)}${note(run)}`;
    case 'verifying':
      return `:mag: The site is up again. The bot is checking that it really works.${cancelNote(run)}`;
    case 'succeeded':
      return isVerified(run)
        ? ':white_check_mark: Done. The site is running and passed its checks.'
        : ':warning: Marked as done, although checks failed. See the newest message.';
    case 'failed':
      return failedLine(run);
    case 'needs-decision':
      return isHostSilent(run)
        ? ":rotating_light: The host doesn't answer. The run continues automatically as soon as it does. See the newest message."
        : ':rotating_light: Stopped. Someone has to decide: see the newest message.';
    case 'closed':
      return closedLine(run);
    case 'denied':
      return `:no_entry: Denied by ${someone(run.end?.by)}. Nothing was changed.`;
    case 'cancelled':
      return `:no_entry: Cancelled by ${someone(run.end?.by)}. Nothing was changed.`;
    case 'expired':
      return ':hourglass: Expired. Nothing was changed.';
    case 'refused':
      return `:no_entry: Not started${run.refusal === null ? '.' : `: ${escaped(run.refusal.sentence)}`} Nothing was changed.`;
    case 'dry-run':
      return ':page_facing_up: Dry run. The plan is below, and its exact program is in the thread. Nothing was changed.';
  }
}

function closedLine({ end, silence }: Run): string {
  const who = someone(end?.by);
  if (typeof end?.commands === 'string') return `:hand: ${who} has taken over by hand.`;
  return `:black_square_for_stop: Closed by ${who}. ${silence === null ? 'The site stays as it is.' : 'The state of its host is unknown.'}`;
}

/** A decision has not begun before a worker picks it up. */
function atWork({ switched, waitingSince }: Run): string {
  return switched?.decision && waitingSince !== null
    ? 'Decided. A worker starts it within seconds.'
    : 'The switch is running on the host.';
}

function cancelNote({ state, switched }: Run): string {
  if (!switched?.cancelledBy) return '';
  const who = ` ${mention(switched.cancelledBy)} has cancelled it`;
  if (state === 'verifying') return `${who}, but no step was left.`;
  return switched.decision?.recovery.action === 'go-back'
    ? `${who}. If the database is not being replaced yet, it stays as it is.`
    : `${who}. The current step is the last one.`;
}

function note({ silence, progress }: Run): string {
  const what = silence === null ? progress : hostSilenceText(silence);
  return what === null ? '' : ` Note: ${escaped(what)}.`;
}

function failedLine(run: Run): string {
  const ended = run.switched?.ended;
  if (ended?.step === 'go-back')
    return `:leftwards_arrow_with_hook: Taken back. The site is as it was before the ${kindOf(run.request)}.`;
  return ended?.outcome === 'put-back'
    ? ':leftwards_arrow_with_hook: Failed and put back. The site runs its previous code.'
    : ':no_entry: Ended before anything was changed.';
}

function stepLines({ switched, plan }: Run): readonly string[] {
  if (switched === null) return [];
  const { attempt, ended, steps } = switched;
  const began = steps.map((step) => step.name);
  // Only the first attempt's steps are in the plan; the steps of a decision appear as they happen.
  const ahead = attempt > 1 || (ended && ended.outcome !== 'done') ? [] : (plan?.steps ?? []);
  return [
    ...steps.map(stepLine),
    ...ahead
      .filter((step) => !began.includes(step.name))
      .map((step) => `:white_small_square: ${escaped(stepTitle(step.name))}`),
  ];
}

function stepLine({ name, startedAt, endedAt, code }: StepProgress): string {
  const title = escaped(stepTitle(name));
  if (endedAt === null) return `:arrow_forward: *${title}*`;
  const took = duration(Date.parse(endedAt) - Date.parse(startedAt));
  return code === 0
    ? `:white_check_mark: ${title} · ${took}`
    : `:x: *${title}* · ${took}, ${exitCode(code ?? 1)}`;
}
