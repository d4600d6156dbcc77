import { didItHelp } from '../../../domain/outcome/did-it-help.ts';
import type { Run } from '../../../domain/run/run.ts';
import { escaped } from '../blocks/mrkdwn.ts';

/** One line for the messages after the checks; null before them. */
export function helpedLine(run: Run): string | null {
  const sentence = didItHelp(run);
  return sentence === null ? null : `*Did it help?*  ${escaped(sentence)}`;
}
