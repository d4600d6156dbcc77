import { stepTitle } from '../../../domain/plan/steps.ts';
import { stepsOfAttempt } from '../../../domain/run/attempts.ts';
import type { HostSilence, PastSilence, Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../report/text.ts';
import { header, section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped, fallback, mention, moment } from '../blocks/text.ts';

/** What is known, and only that, where a run has stopped because its host does not answer. */
export function silentText(run: Run, { since }: HostSilence): string {
  const last = stepsOfAttempt(run).at(-1)?.name;
  const heard =
    last === undefined
      ? 'Whether the program on the host has begun is not known'
      : `The last that was heard of the program there is "${escaped(stepTitle(last))}"`;
  const cancelledBy = run.switched?.cancelledBy;
  const cancelled = cancelledBy
    ? `\n:octagonal_sign: ${mention(cancelledBy)} has cancelled it: the host is told as soon as it answers.`
    : '';
  return `It has been silent since ${moment(since)}. ${heard}; if it runs, it goes on by itself.${cancelled}`;
}

export const WHILE_SILENT =
  '*The bot* asks the host every half minute. As soon as it answers, the run goes on from what it says: if you wait, there is nothing to press.\n*What you can do*  Look at the host by the console of its provider, or start it again there.';

export const CLOSED_WHILE_SILENT =
  'The bot does not wait for the host any more. A program that has begun there goes on to its end; one that has not is never begun: the host is told so when it answers.';

/** What happens if I end the run. */
export const closingWhileSilent = {
  takeOver:
    'The bot gives you the commands for the host and ends this run. A program that has begun there still goes on to its end: look whether it runs before you change anything.',
  stopHere:
    'The bot ends this run and gives the site free. A program that has begun on the host still goes on to its end; one that has not is never begun.',
};

/** The host was back before anybody had to decide. */
export function silenceOver({ id }: Run, site: Site, { since, why, until }: PastSilence): Message {
  const title = `${oneLine(site.name)}: its host answers again`;
  return {
    text: fallback(`${escaped(title)} (${id}).`),
    blocks: [
      header(title),
      section(
        `It was silent from ${moment(since)} to ${moment(until ?? since)} (${escaped(oneLine(why))}). The run goes on from what the host says; nobody has to decide.`,
      ),
      smallPrint(id),
    ],
  };
}
