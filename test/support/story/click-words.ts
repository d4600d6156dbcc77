import type { ClickResult } from '../../../src/app/decide/decide.ts';
import { sentenceText } from '../../../src/slack/render/answers/refusal.ts';

/** The answer to a click, with people as Slack mentions them. */
export function words(result: ClickResult): string {
  if (result.kind === 'refused') return `${result.refusal.sentence} ${result.refusal.next}`;
  return sentenceText(result.sentence);
}

/** The result of a click, with its sentence as text. */
export function said(result: ClickResult): { readonly kind: ClickResult['kind']; readonly sentence: string } {
  return { kind: result.kind, sentence: words(result) };
}
