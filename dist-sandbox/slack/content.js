import { ApiError } from './api-error.js';
import { jsonArgument, textArgument } from './arguments.js';
import { messageBlockProblems, totalText, viewProblems } from './check-blocks.js';
import { generatedKey } from './ids.js';
import { isObject, objectsOf } from './json.js';
import * as limit from './limits.js';
export const readContent = (args, textMax) => {
    if (args['attachments'] !== undefined) {
        throw new ApiError('invalid_attachments', ['[ERROR] attachments are legacy and not played here']);
    }
    const text = textArgument(args, 'text');
    if (text !== undefined && text.length > textMax)
        throw new ApiError('msg_too_long');
    const blocks = jsonArgument(args, 'blocks', 'invalid_blocks_format');
    if (blocks === undefined || blocks === null)
        return { text, blocks: undefined };
    if (!Array.isArray(blocks))
        throw new ApiError('invalid_blocks_format');
    const problems = messageBlockProblems(blocks);
    if (problems.length > 0)
        throw new ApiError('invalid_blocks', problems);
    return { text, blocks: withIds(objectsOf(blocks)) };
};
export const refuseTooMuchText = ({ blocks }) => {
    if (totalText(blocks) > limit.MESSAGE_BLOCKS_TEXT_MAX)
        throw new ApiError('msg_blocks_too_long');
};
export const isEmpty = ({ text, blocks }) => text === undefined && (blocks === undefined || blocks.length === 0);
export const readView = (args) => {
    const view = jsonArgument(args, 'view', 'invalid_arguments');
    const problems = viewProblems(view);
    if (problems.length > 0 || !isObject(view))
        throw new ApiError('invalid_arguments', problems);
    return { ...view, blocks: withIds(objectsOf(view['blocks'])) };
};
/** Slack names every block and every interactive element that the app left unnamed. */
const withIds = (blocks) => blocks.map((block) => ({
    ...block,
    block_id: block['block_id'] ?? generatedKey(),
    ...(isObject(block['element']) ? { element: withActionId(block['element']) } : {}),
    ...(isObject(block['accessory']) ? { accessory: withActionId(block['accessory']) } : {}),
    ...(block['type'] === 'actions' ? { elements: objectsOf(block['elements']).map(withActionId) } : {}),
}));
const withActionId = (element) => element['type'] === 'image' ? element : { ...element, action_id: element['action_id'] ?? generatedKey() };
