import type { Button, HeaderBlock, KnownBlock, SectionBlock } from '@slack/types';
import { oneLine } from '../../../report/text.ts';
import { cut, LIMITS } from './text.ts';

/** What people write fits into this; the rest would push the rest of the card off the screen. */
const LONGEST_QUOTE = 500;

/** What a button carries: which run, which plan it belongs to. */
export interface ButtonValue {
  readonly run: string;
  readonly digest: string | null;
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text: oneLine(text, LIMITS.header) } };
}

export function section(text: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: cut(text, LIMITS.sectionText) } };
}

/** Words of a person: no markup of theirs is read, so they cannot look like words of ours. */
export function quoted(label: string, words: string): SectionBlock {
  const text = `${label}: ${oneLine(words, LONGEST_QUOTE)}`;
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } };
}

export function smallPrint(text: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: cut(text, LIMITS.sectionText) }] };
}

/** Output of programs: as it is, without any markup of its own. */
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
    text: { type: 'plain_text', text: cut(text, LIMITS.confirmText) },
    confirm: { type: 'plain_text', text: yes },
    deny: { type: 'plain_text', text: 'Back' },
  };
}
