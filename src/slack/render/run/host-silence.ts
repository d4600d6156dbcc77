import { stepTitle } from '../../../domain/plan/steps.ts';
import { stepsOfAttempt } from '../../../domain/run/attempts.ts';
import type { HostSilence, PastSilence, Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { header, section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { fallback, mention, moment } from '../blocks/text.ts';

/** Why the run has stopped if its host does not answer. Says only what is known. */
export function silentText(run: Run, { since }: HostSilence): string {
  const last = stepsOfAttempt(run).at(-1)?.name;
  const heard =
    last === undefined
      ? "The bot can't tell whether the program there has started."
      : `The last step that it reported: "${escaped(stepTitle(last))}".`;
  const cancelledBy = run.switched?.cancelledBy;
  const cancelled = cancelledBy
    ? `\n:octagonal_sign: ${mention(cancelledBy)} has cancelled it. The bot tells the host as soon as it answers.`
    : '';
  return `The host has been silent since ${moment(since)}. ${heard} If the program is running, it continues on its own.${cancelled}`;
}

export const WHILE_SILENT =
  "*The bot*  It asks the host every half minute. When the host answers, the run continues automatically: if you just wait, there is nothing to press.\n*What you can do*  Look at the host in its provider's console, or restart it there.";

export const CLOSED_WHILE_SILENT =
  "The bot has stopped waiting for the host. If the program already started there, it runs to its end. If it didn't, it never will: the bot blocks it as soon as the host answers.";

/** What happens if I end the run while its host is silent. */
export const closingWhileSilent = {
  takeOver:
    'The bot gives you the commands for the host and ends this run. If the program has started there, it still runs to its end. Check whether it is running before you change anything.',
  stopHere:
    "The bot ends this run and frees the site for other runs. If the program has started on the host, it still runs to its end. If it hasn't, it never will.",
};

/** The host answered again before anyone decided. */
export function silenceOver({ id }: Run, site: Site, { since, why, until }: PastSilence): Message {
  const title = `${oneLine(site.name)}: its host answers again`;
  return {
    text: fallback(`${escaped(title)} (${id}).`),
    blocks: [
      header(title),
      section(
        `It was silent from ${moment(since)} to ${moment(until ?? since)} (${escaped(oneLine(why))}). The run continues from what the host reports. Nobody has to decide.`,
      ),
      smallPrint(id),
    ],
  };
}
