import type { Button, HeaderBlock, KnownBlock, MrkdwnElement, SectionBlock } from '@slack/types';
import { withoutEmojiNames } from '../../../domain/text/emoji-names.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { cut, LIMITS } from './text.ts';

/** In characters: enough for what people write, and short enough to keep the rest of the card on the screen. */
const LONGEST_QUOTE = 500;

/** Slack sends it back with a click: the run, and the plan that the button belongs to. */
export interface ButtonValue {
  readonly run: string;
  readonly digest: string | null;
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text: plainLine(text, LIMITS.header) } };
}

export function section(text: string): SectionBlock {
  return { type: 'section', text: mrkdwn(text) };
}

/** Words from the configuration: Slack makes a link of an address in them. */
export function configured(text: string): SectionBlock {
  return { type: 'section', text: { ...mrkdwn(text), verbatim: false } };
}

/** Only what the text marks as a link is one: an address or the name of a channel in it may come from others. */
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text: cut(text, LIMITS.sectionText), verbatim: true };
}

/** Text of others where Slack reads no marks, but shows emoji by their names. */
export function plainLine(text: string, limit: number): string {
  return withoutEmojiNames(oneLine(text, limit));
}

/** A person's text, without its markup, so that it cannot look like ours. */
export function quoted(label: string, words: string): SectionBlock {
  const text = `${label}: ${plainLine(words, LONGEST_QUOTE)}`;
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } };
}

export function smallPrint(text: string): KnownBlock {
  return { type: 'context', elements: [mrkdwn(text)] };
}

/** A program's output, unchanged and without markup. */
export function preformatted(text: string): KnownBlock {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  };
}

export function button(
  label: string,
  action: string,
  value: ButtonValue,
  more: Partial<Button> = {},
): Button {
  return {
    type: 'button',
    action_id: action,
    text: { type: 'plain_text', text: label },
    value: JSON.stringify(value),
    ...more,
  };
}

export function confirm(title: string, text: string, yes: string): NonNullable<Button['confirm']> {
  return {
    title: { type: 'plain_text', text: title },
    text: { type: 'plain_text', text: plainLine(text, LIMITS.confirmText) },
    confirm: { type: 'plain_text', text: yes },
    deny: { type: 'plain_text', text: 'Back' },
  };
}
