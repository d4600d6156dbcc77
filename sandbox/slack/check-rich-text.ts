import {
  boolean,
  byType,
  type Check,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  required,
  string,
} from './checks.ts';
import * as limit from './limits.ts';

// reference/block-kit/blocks/rich-text-block states no maximum for these. This one only keeps absurd input out.
const ELEMENTS_MAX = 1000;
const INDENT_MAX = 8;

const type = (name: string) => required(oneOf(name));

const style = {
  style: optional(
    object({
      bold: optional(boolean),
      italic: optional(boolean),
      strike: optional(boolean),
      underline: optional(boolean),
      code: optional(boolean),
    }),
  ),
};

const word = string(limit.TEXT_OBJECT_MAX, 1);

const text = object({ type: type('text'), text: required(word), ...style });
const link = object({
  type: type('link'),
  url: required(word),
  text: optional(word),
  unsafe: optional(boolean),
  ...style,
});

const inline: Readonly<Record<string, Check>> = {
  text,
  link,
  user: object({ type: type('user'), user_id: required(word), ...style }),
  usergroup: object({ type: type('usergroup'), usergroup_id: required(word), ...style }),
  channel: object({ type: type('channel'), channel_id: required(word), ...style }),
  broadcast: object({
    type: type('broadcast'),
    range: required(oneOf('here', 'channel', 'everyone')),
    ...style,
  }),
  emoji: object({ type: type('emoji'), name: required(word), unicode: optional(word), ...style }),
  date: object({
    type: type('date'),
    timestamp: required(integer(0, Number.MAX_SAFE_INTEGER)),
    format: required(word),
    url: optional(word),
    fallback: optional(word),
    ...style,
  }),
};

const elements = (item: Check) => required(listOf(item, ELEMENTS_MAX, 0));
const border = { border: optional(oneOf(0, 1)) };

const section = object({ type: type('rich_text_section'), elements: elements(byType(inline)) });

export const richTextElement = byType({
  rich_text_section: section,
  rich_text_preformatted: object({
    type: type('rich_text_preformatted'),
    elements: elements(byType({ text, link })),
    language: optional(word),
    ...border,
  }),
  rich_text_quote: object({ type: type('rich_text_quote'), elements: elements(byType(inline)), ...border }),
  rich_text_list: object({
    type: type('rich_text_list'),
    elements: elements(byType({ rich_text_section: section })),
    style: required(oneOf('bullet', 'ordered')),
    indent: optional(integer(0, INDENT_MAX)),
    offset: optional(integer(0, Number.MAX_SAFE_INTEGER)),
    ...border,
  }),
});

export const richText = object({
  type: type('rich_text'),
  block_id: optional(string(limit.BLOCK_ID_MAX, 1)),
  elements: required(listOf(richTextElement, ELEMENTS_MAX)),
});
