import type { KnownBlock } from '@slack/types';
import { expect } from 'vitest';
import { messageBlockProblems, totalText } from '../../../sandbox/slack/check-blocks.ts';
import { MESSAGE_BLOCKS_TEXT_MAX, MESSAGE_UPDATE_TEXT_MAX } from '../../../sandbox/slack/limits.ts';
import { utc } from '../../../src/report/text.ts';

export interface Message {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** A moment as people read it where Slack cannot show their own time. */
export const at = (iso: string): string => utc(iso);

/** What a person sees of a message, one line per piece; also fails on whatever Slack would refuse. */
export function seen(message: Message | null): readonly string[] {
  if (message === null) return [];
  expect(slackProblems(message)).toEqual([]);
  return message.blocks
    .flatMap(linesOf)
    .map((line) => line.replaceAll(/<!date\^\d+\^[^|]*\|([^>]*)>/g, '$1'));
}

/** The same of a post at the end of a run, which names the last entry of its record. */
export function seenAtEnd(message: Message | null): readonly string[] {
  return seen(message).map((line) => line.replace(/^(~ .*) · record \d+ [0-9a-f]{12}$/, '$1 · record'));
}

/** What Slack would refuse, posting and editing alike: every message of a run may be edited. */
export function slackProblems({ text, blocks }: Message): readonly string[] {
  const together = totalText(blocks);
  return [
    ...messageBlockProblems(blocks),
    ...(text.length === 0 ? ['no text beside the blocks'] : []),
    ...(text.length > MESSAGE_UPDATE_TEXT_MAX ? [`a text of ${text.length} characters`] : []),
    ...(together > MESSAGE_BLOCKS_TEXT_MAX ? [`blocks of ${together} characters`] : []),
  ];
}

function linesOf(block: KnownBlock): readonly string[] {
  switch (block.type) {
    case 'header':
      return [`# ${block.text.text}`];
    case 'section':
      return (block.text?.text ?? '').split('\n');
    case 'context':
      return block.elements.map((element) => (element.type === 'image' ? '' : `~ ${element.text}`));
    case 'actions':
      return [
        block.elements
          .map((element) => (element.type === 'button' ? `[${element.text.text}]` : element.type))
          .join(' '),
      ];
    case 'input':
      return [`_ ${block.label.text}${block.optional ? ' (optional)' : ''}`];
    default:
      return [JSON.stringify(block)];
  }
}

/** Every piece of text in which Slack reads markup: the text beside the blocks and all mrkdwn in them. */
export function markup({ text, blocks }: Message): readonly string[] {
  return [
    text,
    ...objectsIn(blocks).flatMap((one) => ('type' in one && one.type === 'mrkdwn' ? textOf(one) : [])),
  ];
}

/** Every piece of text that people see. */
export function allText({ text, blocks }: Message): readonly string[] {
  return [text, ...objectsIn(blocks).flatMap(textOf)];
}

function textOf(one: object): readonly string[] {
  return 'text' in one && typeof one.text === 'string' ? [one.text] : [];
}

function objectsIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}
