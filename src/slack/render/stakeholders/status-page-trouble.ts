import type { Run } from '../../../domain/run/run.ts';
import { oneLine } from '../../../report/text.ts';
import { section } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped, fallback } from '../blocks/text.ts';

/** One line for the people of the run where the status page did not take a word; null: it took all of them. */
export function statusTrouble({ updates }: Run): Message | null {
  const trouble = updates.statusPage.findLast(({ problem }) => problem !== null);
  if (trouble?.problem === undefined || trouble.problem === null) return null;
  const why = escaped(oneLine(trouble.problem, 200));
  const since = updates.statusPage.slice(updates.statusPage.indexOf(trouble) + 1);
  const text = since.some(({ result }) => result === 'taken')
    ? `:information_source: The status page did not take a word at once (${why}). It has taken the newest since.`
    : trouble.result === 'refused'
      ? `:warning: The status page did not take a word (${why}), and this word is not tried again. Bring the page up to date by hand.`
      : `:warning: The status page does not take a word (${why}). It is tried again by itself; if it is urgent, bring the page up to date by hand.`;
  return { text: fallback(text), blocks: [section(text)] };
}
