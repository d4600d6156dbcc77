import type { Refusal } from '../../../domain/refusal.ts';
import { cut, escaped } from '../blocks/text.ts';

/** Together they fit into one section: a list that is too long loses its end, never the reason code. */
const LONGEST_SENTENCE = 1000;
const LONGEST_NEXT = 1900;

/** A refusal for one person: what is wrong, and what to do. Whom to ask may be mentioned; nobody else ever is. */
export function refusalText({ sentence, next, code }: Refusal): string {
  const todo = code === 'requester-not-allowed' ? keepMentions(escaped(next)) : escaped(next);
  return `:no_entry: ${cut(escaped(sentence), LONGEST_SENTENCE)}\n${cut(todo, LONGEST_NEXT)}\n_${code}_`;
}

export function problemText({
  sentence,
  next,
}: {
  readonly sentence: string;
  readonly next: string;
}): string {
  return `:no_entry: ${cut(escaped(sentence), LONGEST_SENTENCE)}\n${cut(escaped(next), LONGEST_NEXT)}`;
}

function keepMentions(text: string): string {
  return text.replaceAll(/&lt;(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)&gt;/g, '<$1>');
}
