import { type JsonObject, objectOf, objectsOf, stringOf } from './json.ts';
import type { Message, Modal } from './model.ts';
import { optionsOf, text } from './plain-text.ts';
import { interactiveElements } from './slack-objects.ts';

/** An element on the screen, found as a person finds it: by the words next to it. */
export interface Found {
  readonly block: JsonObject;
  readonly element: JsonObject;
}

const placed = (blocks: readonly JsonObject[]): readonly Found[] =>
  blocks.flatMap((block) => interactiveElements(block).map((element) => ({ block, element })));

export const blocksOf = (shown: Message | Modal): readonly JsonObject[] =>
  'view' in shown ? objectsOf(shown.view['blocks']) : shown.blocks;

export const findButton = (shown: Message | Modal, label: string): Found => {
  const buttons = placed(blocksOf(shown)).filter(({ element }) => element['type'] === 'button');
  const matching = buttons.filter(({ element }) => text(element['text']) === label);
  return onlyOne(
    matching,
    label,
    buttons.map(({ element }) => text(element['text'])),
    'button',
  );
};

/** A menu, radio group or input, by its input label, placeholder, section text, action_id or block_id. */
export const findField = (shown: Message | Modal, name: string): Found => {
  const fields = placed(blocksOf(shown)).filter(({ element }) => element['type'] !== 'button');
  const matching = fields.filter((found) => namesOf(found).includes(name));
  return onlyOne(
    matching,
    name,
    fields.map((found) => namesOf(found).join(' / ')),
    'field',
  );
};

const namesOf = ({ block, element }: Found): readonly string[] =>
  [
    text(block['label']),
    text(block['text']),
    text(element['placeholder']),
    stringOf(element['action_id']),
    stringOf(block['block_id']),
  ].filter((name) => name !== '');

const onlyOne = (
  matching: readonly Found[],
  name: string,
  existing: readonly string[],
  what: string,
): Found => {
  const [first, second] = matching;
  if (first === undefined) {
    throw new Error(
      `there is no ${what} "${name}"; there is: ${existing.map((one) => `"${one}"`).join(', ') || 'none'}`,
    );
  }
  if (second !== undefined) throw new Error(`there are ${matching.length} ${what}s "${name}"`);
  return first;
};

/** What a person enters: text, the words or value of an option, a user id, or several options for checkboxes. */
export type Entry = string | readonly string[] | null;

/** The entry in the shape of Slack's `state.values`. */
export const enter = ({ element }: Found, entry: Entry): JsonObject => {
  const type = element['type'];
  switch (type) {
    case 'plain_text_input':
      return { type, value: entry === '' ? null : entry };
    case 'users_select':
      return { type, selected_user: entry };
    case 'checkboxes':
      return { type, selected_options: listed(entry).map((words) => optionNamed(element, words)) };
    default:
      return { type, selected_option: typeof entry === 'string' ? optionNamed(element, entry) : null };
  }
};

const listed = (entry: Entry): readonly string[] =>
  entry === null ? [] : typeof entry === 'string' ? [entry] : entry;

const optionNamed = (element: JsonObject, words: string): JsonObject => {
  const options = optionsOf(element);
  const option =
    options.find((one) => text(one['text']) === words) ?? options.find((one) => one['value'] === words);
  if (option === undefined) {
    throw new Error(
      `there is no option "${words}"; there is: ${options.map((one) => `"${text(one['text'])}"`).join(', ')}`,
    );
  }
  return option;
};

const REQUIRED = 'Please complete this required field.';

/** Problems that Slack's own client finds in the inputs, by block id, before anything is sent to the app. */
export const clientErrors = (modal: Modal, values: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    blocksOf(modal)
      .filter((block) => block['type'] === 'input')
      .flatMap((block) => {
        const blockId = stringOf(block['block_id']);
        const element = objectOf(block['element']);
        const state = objectOf(objectOf(values[blockId])[stringOf(element['action_id'])]);
        const problem = inputProblem(block, element, state);
        return problem === undefined ? [] : [[blockId, problem]];
      }),
  );

const inputProblem = (block: JsonObject, element: JsonObject, state: JsonObject): string | undefined => {
  const value =
    state['value'] ?? state['selected_option'] ?? state['selected_user'] ?? state['selected_options'] ?? null;
  const empty = value === null || (Array.isArray(value) && value.length === 0);
  if (empty) return block['optional'] === true ? undefined : REQUIRED;
  if (typeof value !== 'string' || element['type'] !== 'plain_text_input') return undefined;
  const { min_length: min, max_length: max } = element;
  if (typeof min === 'number' && value.length < min) return `This must be at least ${min} characters.`;
  if (typeof max === 'number' && value.length > max) return `This must be at most ${max} characters.`;
  return undefined;
};
