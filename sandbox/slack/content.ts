import { ApiError } from './api-error.ts';
import { jsonArgument, textArgument } from './arguments.ts';
import { messageBlockProblems, totalText, viewProblems } from './check-blocks.ts';
import { generatedKey } from './ids.ts';
import { isObject, type JsonObject, objectsOf } from './json.ts';
import * as limit from './limits.ts';

/** The content of a call. `undefined` means that the call lacks the argument. */
export interface Content {
  readonly text: string | undefined;
  readonly blocks: readonly JsonObject[] | undefined;
}

export const readContent = (args: JsonObject, textMax: number): Content => {
  if (args['attachments'] !== undefined) {
    throw new ApiError('invalid_attachments', ['[ERROR] attachments are legacy and not supported here']);
  }
  const text = textArgument(args, 'text');
  if (text !== undefined && text.length > textMax) throw new ApiError('msg_too_long');
  const blocks = jsonArgument(args, 'blocks', 'invalid_blocks_format');
  if (blocks === undefined || blocks === null) return { text, blocks: undefined };
  if (!Array.isArray(blocks)) throw new ApiError('invalid_blocks_format');
  const problems = messageBlockProblems(blocks);
  if (problems.length > 0) throw new ApiError('invalid_blocks', problems);
  return { text, blocks: withIds(objectsOf(blocks)) };
};

export const refuseTooMuchText = ({ blocks }: Content): void => {
  if (totalText(blocks) > limit.MESSAGE_BLOCKS_TEXT_MAX) throw new ApiError('msg_blocks_too_long');
};

export const isEmpty = ({ text, blocks }: Content): boolean =>
  text === undefined && (blocks === undefined || blocks.length === 0);

export const readView = (args: JsonObject): JsonObject => {
  const view = jsonArgument(args, 'view', 'invalid_arguments');
  const problems = viewProblems(view);
  if (problems.length > 0 || !isObject(view)) throw new ApiError('invalid_arguments', problems);
  return { ...view, blocks: withIds(objectsOf(view['blocks'])) };
};

/** Adds ids as Slack does: every block and every interactive element without one gets one. */
const withIds = (blocks: readonly JsonObject[]): readonly JsonObject[] =>
  blocks.map((block) => ({
    ...block,
    block_id: block['block_id'] ?? generatedKey(),
    ...(isObject(block['element']) ? { element: withActionId(block['element']) } : {}),
    ...(isObject(block['accessory']) ? { accessory: withActionId(block['accessory']) } : {}),
    ...(block['type'] === 'actions' ? { elements: objectsOf(block['elements']).map(withActionId) } : {}),
  }));

const withActionId = (element: JsonObject): JsonObject =>
  element['type'] === 'image' ? element : { ...element, action_id: element['action_id'] ?? generatedKey() };
