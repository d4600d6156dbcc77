import type { Refusal } from '../../../domain/refusal.ts';
import { type Phrase, phraseText } from '../../../domain/text/phrase.ts';
import { escaped, escapedLines, withCode } from '../blocks/mrkdwn.ts';
import { cut, mentions } from '../blocks/text.ts';
import { slackVoice } from '../blocks/voice.ts';

/** In characters. Together they fit into one section: a list that is too long loses its end, never the reason code. */
const LONGEST_SENTENCE = 1000;
const LONGEST_NEXT = 1900;

/** A refusal for one person: what is wrong, what to do, and who may do it instead. It mentions nobody else. */
export function refusalText({ sentence, next, code, mayInstead = [] }: Refusal): string {
  const others = mayInstead.length === 0 ? '' : `\nWho can do it: ${mentions(mayInstead)}`;
  return `${inTwo(escaped(sentence), escapedLines(next))}${others}\n_${code}_`;
}

/** What is wrong with what a person typed. Our own sentences have code in them, and what was typed stands in there. */
export function problemText({ sentence, next }: Pick<Refusal, 'sentence' | 'next'>): string {
  return inTwo(withCode(sentence), withCode(next));
}

function inTwo(sentence: string, next: string): string {
  return `:no_entry: ${cut(sentence, LONGEST_SENTENCE)}\n${cut(next, LONGEST_NEXT)}`;
}

/** The answer to a person's own click. */
export function sentenceText(sentence: Phrase): string {
  return phraseText(sentence, slackVoice);
}
