import type { Refusal } from '../../domain/reason.ts';
import { escaped } from './text.ts';

/** A refusal for one person: what is wrong, and what to do. Mentions in `next` are ours and stay alive. */
export function refusalText({ sentence, next, code }: Refusal): string {
  return `:no_entry: ${escaped(sentence)}\n${keepMentions(escaped(next))}\n_${code}_`;
}

export function problemText({
  sentence,
  next,
}: {
  readonly sentence: string;
  readonly next: string;
}): string {
  return `:no_entry: ${escaped(sentence)}\n${escaped(next)}`;
}

function keepMentions(text: string): string {
  return text.replaceAll(/&lt;(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)&gt;/g, '<$1>');
}
