import type { Run, RunRecords } from '../../../domain/run/run.ts';
import { oneLine, printable } from '../../../domain/text/printable.ts';
import { preformatted, section } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { code, escaped } from '../blocks/mrkdwn.ts';
import { cut } from '../blocks/text.ts';

/** For one of the texts, in characters. */
const LONGEST_TEXT = 2800;

const LONGEST_WHY = 300;

/** One line under the end of a run; null if it has no records, or the worker has not begun them. */
export function recordsLine({ tasks: { records } }: Run): string | null {
  switch (records?.type) {
    case undefined:
      return null;
    case 'records-written':
      return `*Records*  Committed to ${code(records.branch)} as ${code(records.commit.slice(0, 7))}.${request(records.pullRequest)}`;
    case 'records-pending':
      return `*Records*  Pending: ${escaped(oneLine(records.why, LONGEST_WHY))}. The bot will try again on its own.`;
    case 'records-shown':
      return '*Records*  The texts for the matrix and the incident log are in the thread.';
  }
}

function request(outcome: Extract<RunRecords, { type: 'records-written' }>['pullRequest']): string {
  if (outcome === null) return '';
  if ('problem' in outcome)
    return ` The pull request command failed: ${escaped(oneLine(outcome.problem, LONGEST_WHY))}`;
  return outcome.said === '' ? '' : ` Pull request: ${linked(outcome.said)}`;
}

/** What the configured command printed: the address of the pull request, if all goes well. */
function linked(said: string): string {
  return /^https?:\/\/[\w.~:/?#@!$&'()+,;=%-]{1,300}$/.test(said)
    ? `<${said.replaceAll('&', '&amp;')}>`
    : escaped(oneLine(said, LONGEST_WHY));
}

/** The texts that people copy into their own files if no repository is configured; null if they need not. */
export function recordsTexts({ tasks: { records } }: Run): Message | null {
  if (records?.type !== 'records-shown') return null;
  const { row, entry } = records;
  return {
    text: 'The texts for the matrix and the incident log',
    blocks: [
      ...(row === null
        ? []
        : [section('*Matrix row* (keep its notes)'), preformatted(cut(printable(row), LONGEST_TEXT))]),
      section('*Incident log entry*, to go before `## Follow-Up Tracking`'),
      preformatted(cut(printable(entry), LONGEST_TEXT)),
    ],
  };
}
