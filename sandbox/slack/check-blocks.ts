import {
  actionsElement,
  anyText,
  contextElement,
  inputElement,
  plainText,
  sectionAccessory,
} from './check-elements.ts';
import { richText } from './check-rich-text.ts';
import {
  boolean,
  byType,
  type Check,
  listOf,
  object,
  oneOf,
  optional,
  problemsOf,
  type Rule,
  reportDuplicates,
  required,
  string,
  unique,
} from './checks.ts';
import { isObject } from './json.ts';
import * as limit from './limits.ts';

const type = (name: string) => required(oneOf(name));
const blockId = { block_id: optional(string(limit.BLOCK_ID_MAX, 1)) };

const textOrFields: Rule = (block, pointer, report) => {
  if (block['text'] === undefined && block['fields'] === undefined) {
    report('must define either `text` or `fields`', pointer);
  }
};

const taskCard = object({
  type: type('task_card'),
  ...blockId,
  task_id: required(string(limit.BLOCK_ID_MAX, 1)),
  title: required(string(limit.TEXT_OBJECT_MAX, 1)),
  details: optional(richText),
  output: optional(richText),
  status: required(oneOf('pending', 'in_progress', 'complete', 'error')),
});

export const block: Check = byType({
  section: object(
    {
      type: type('section'),
      ...blockId,
      text: optional(anyText(limit.SECTION_TEXT_MAX)),
      fields: optional(listOf(anyText(limit.SECTION_FIELD_TEXT_MAX), limit.SECTION_FIELDS_MAX)),
      accessory: optional(sectionAccessory),
      expand: optional(boolean),
    },
    textOrFields,
  ),
  header: object({ type: type('header'), ...blockId, text: required(plainText(limit.HEADER_TEXT_MAX)) }),
  divider: object({ type: type('divider'), ...blockId }),
  context: object({
    type: type('context'),
    ...blockId,
    elements: required(listOf(contextElement(limit.TEXT_OBJECT_MAX), limit.CONTEXT_ELEMENTS_MAX)),
  }),
  actions: object(
    {
      type: type('actions'),
      ...blockId,
      elements: required(listOf(actionsElement, limit.ACTIONS_ELEMENTS_MAX)),
    },
    unique('elements', 'action_id'),
  ),
  input: object({
    type: type('input'),
    ...blockId,
    label: required(plainText(limit.INPUT_LABEL_MAX)),
    element: required(inputElement),
    hint: optional(plainText(limit.INPUT_LABEL_MAX)),
    optional: optional(boolean),
    dispatch_action: optional(boolean),
  }),
  image: object({
    type: type('image'),
    ...blockId,
    image_url: required(string(limit.IMAGE_URL_MAX, 1)),
    alt_text: required(string(limit.IMAGE_ALT_MAX, 1)),
    title: optional(plainText(limit.IMAGE_ALT_MAX)),
  }),
  rich_text: richText,
  task_card: taskCard,
  plan: object({
    type: type('plan'),
    ...blockId,
    title: required(string(limit.TEXT_OBJECT_MAX, 1)),
    tasks: optional(listOf(byType({ task_card: taskCard }), limit.MESSAGE_BLOCKS_MAX)),
  }),
});

const uniqueBlockIds: Check = (value, pointer, report) => {
  if (Array.isArray(value)) reportDuplicates(value, 'block_id', pointer, report);
};

/** The blocks of a message. An empty list is fine: chat.update removes blocks with it. */
export const messageBlockProblems = (blocks: unknown): readonly string[] => [
  ...problemsOf(listOf(block, limit.MESSAGE_BLOCKS_MAX, 0), blocks, '/blocks'),
  ...problemsOf(uniqueBlockIds, blocks, '/blocks'),
];

/** Length of all text in the blocks. Slack limits the sum as well as each text. */
export const totalText = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + totalText(entry), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, entry]) =>
      sum + (key === 'text' && typeof entry === 'string' ? entry.length : totalText(entry)),
    0,
  );
};

const needsSubmit: Rule = (view, pointer, report) => {
  const blocks = Array.isArray(view['blocks']) ? view['blocks'] : [];
  const asks = blocks.some((entry) => isObject(entry) && entry['type'] === 'input');
  if (asks && view['submit'] === undefined) {
    report('missing required field: submit (a view with input blocks needs it)', pointer);
  }
};

const oneFocus: Rule = (view, pointer, report) => {
  const blocks = Array.isArray(view['blocks']) ? view['blocks'] : [];
  const focused = blocks.filter((entry) => JSON.stringify(entry).includes('"focus_on_load":true'));
  if (focused.length > 1) report('only one element may have focus_on_load', `${pointer}/blocks`);
};

const modal = object(
  {
    type: type('modal'),
    title: required(plainText(limit.VIEW_TITLE_MAX)),
    submit: optional(plainText(limit.VIEW_BUTTON_MAX)),
    close: optional(plainText(limit.VIEW_BUTTON_MAX)),
    blocks: required(listOf(block, limit.VIEW_BLOCKS_MAX, 0)),
    private_metadata: optional(string(limit.PRIVATE_METADATA_MAX)),
    callback_id: optional(string(limit.CALLBACK_ID_MAX)),
    external_id: optional(string(limit.EXTERNAL_ID_MAX)),
    clear_on_close: optional(boolean),
    notify_on_close: optional(boolean),
    submit_disabled: optional(boolean),
  },
  needsSubmit,
  oneFocus,
);

export const viewProblems = (view: unknown): readonly string[] => [
  ...problemsOf(byType({ modal }), view, '/view'),
  ...problemsOf(uniqueBlockIds, isObject(view) ? view['blocks'] : undefined, '/view/blocks'),
];
