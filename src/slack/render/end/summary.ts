import { openItems } from '../../../domain/outcome/open-items.ts';
import type { Check } from '../../../domain/run/event.ts';
import { currentChecks, type Run, type RunState } from '../../../domain/run/run.ts';
import {
  dataText,
  decisionLines,
  downtimeText,
  fromTo,
  helpedText,
  stateText,
  wentAhead,
} from '../../../report/facts.ts';
import { header, section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { cut, fallback, mention } from '../blocks/text.ts';
import { slackVoice } from '../blocks/voice.ts';

/** For each part, in characters: Slack allows 10,000 for all text of one message. */
const ROOM = 2000;

/** Ends of a run whose switch began. For the others, the card and the ending say enough. */
const SUMMED_UP: readonly RunState[] = ['succeeded', 'failed', 'closed'];

export function isSummedUp(run: Run): boolean {
  return SUMMED_UP.includes(run.state);
}

/** The last message in a run's thread; null before its end. It is edited when people do something later. */
export function summary(run: Run): Message | null {
  if (!isSummedUp(run)) return null;
  const open = openItems(run);
  const checks = currentChecks(run);
  const decided = decisionLines(run, slackVoice);
  return {
    text: fallback(`Summary of ${run.id}: it ${stateText(run)}.`),
    blocks: [
      header(`Summary of ${run.id}`),
      section(cut(outcome(run).join('\n'), ROOM)),
      ...(checks.length === 0 ? [] : [section(cut(checksText(checks), ROOM))]),
      ...(decided.length === 0 ? [] : [section(cut(`*Decisions*\n${listed(decided)}`, ROOM))]),
      section(
        cut(
          open.length === 0 ? '*Still open*  Nothing.' : `*Still open*\n${listed(open.map(escaped))}`,
          ROOM,
        ),
      ),
      smallPrint(`${run.id} · the full story is in ${run.id}.md`),
    ],
  };
}

function outcome(run: Run): readonly string[] {
  const helped = helpedText(run, slackVoice);
  const ahead = wentAhead(run, slackVoice);
  return [
    `*What*  ${fromTo(run, slackVoice)}: it ${stateText(run)}.`,
    `*Downtime*  ${downtimeText(run, slackVoice) ?? 'None: the site was not stopped'}.`,
    `*Data*  ${dataText(run, slackVoice)}`,
    ...(helped === null ? [] : [`*Did it help?*  ${helped}`]),
    `*Who*  Requested by ${mention(run.request.requester)}.${ahead === null ? '' : ` ${ahead}.`}`,
  ];
}

function checksText(checks: readonly Check[]): string {
  const named = (result: Check['result']) =>
    checks.filter((check) => check.result === result).map(({ name }) => escaped(name));
  const parts = [
    ['Passed', named('passed')],
    ['Failed', named('failed')],
    ['Not checked', named('not-checked')],
  ] as const;
  const said = parts
    .filter(([, names]) => names.length > 0)
    .map(([word, names]) => `${word}: ${names.join(', ')}`);
  return `*Checks*  ${said.join('. ')}.`;
}

function listed(lines: readonly string[]): string {
  return lines.map((line) => `• ${line}`).join('\n');
}
