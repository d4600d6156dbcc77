import type { ClickResult } from '../../../src/app/decide/decide.ts';
import { phraseText } from '../../../src/domain/text/phrase.ts';

/** The answer to a click, with people as Slack mentions them. */
export function words(result: ClickResult): string {
  if (result.kind === 'refused') return `${result.refusal.sentence} ${result.refusal.next}`;
  return phraseText(result.sentence, { person: (id) => `<@${id}>`, text: (text) => text });
}

/** The result of a click, with its sentence as text. */
export function said(result: ClickResult): { readonly kind: ClickResult['kind']; readonly sentence: string } {
  return { kind: result.kind, sentence: words(result) };
}
