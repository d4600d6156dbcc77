import type { Run } from '../../../domain/run/run.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { section } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { fallback } from '../blocks/text.ts';

/** One line in the run's thread if the status page did not take an update; null: it took all of them. */
export function statusPageProblem({ updates }: Run): Message | null {
  const trouble = updates.statusPage.findLast(({ problem }) => problem !== null);
  if (trouble?.problem === undefined || trouble.problem === null) return null;
  const why = escaped(oneLine(trouble.problem, 200));
  const since = updates.statusPage.slice(updates.statusPage.indexOf(trouble) + 1);
  const text = since.some(({ result }) => result === 'taken')
    ? `:information_source: The status page did not take an update at first (${why}). It has the newest one now.`
    : trouble.result === 'refused'
      ? `:warning: The status page did not take an update (${why}). The bot won't try this one again, so bring the page up to date by hand.`
      : `:warning: The status page is not taking updates (${why}). The bot keeps trying. If it is urgent, bring the page up to date by hand.`;
  return { text: fallback(text), blocks: [section(text)] };
}
