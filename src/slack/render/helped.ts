import { didItHelp } from '../../domain/helped.ts';
import type { Run } from '../../domain/run.ts';
import { escaped } from './text.ts';

/** One line near the top of whatever follows the proof; null before it. */
export function helpedLine(run: Run): string | null {
  const sentence = didItHelp(run);
  return sentence === null ? null : `*Did it help?*  ${escaped(sentence)}`;
}
