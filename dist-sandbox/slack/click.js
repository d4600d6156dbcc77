import { notice } from './host.js';
import { NOTHING_SENT, requireMember, requireModal, } from './interaction.js';
import { isObject, stringOf } from './json.js';
import { messageActionPayload, viewActionPayload } from './payloads.js';
import { confirmOf, plainText } from './plain-text.js';
import { channelOf, findMessage, findModal, replaceModal, userOf } from './workspace.js';
/** What the person looks at. A message object shows the state at the time it was taken, however old. */
export const screen = (host, userId, target, options) => {
    if (typeof target !== 'string')
        return target;
    const { workspace } = host;
    const modal = findModal(workspace, target);
    if (modal !== undefined)
        return modal;
    const [found, other] = workspace.messages.filter(({ ts, channel, ephemeralFor }) => ts === target &&
        (options.channel ?? channel) === channel &&
        (ephemeralFor === undefined || ephemeralFor === userId));
    if (found === undefined || other !== undefined)
        throw new Error(`no message or modal ${target} on the screen`);
    return found;
};
/** Clicks or chooses, after answering the confirmation dialog if the element has one. */
export const act = async (tools, userId, shown, deed, options) => {
    const { element } = deed.found;
    const confirm = isObject(element['confirm']) ? confirmOf(element['confirm']) : undefined;
    if (confirm !== undefined && options.confirm === undefined) {
        throw new Error(`"${deed.summary}" asks "${confirm.title}": pass confirm: true to go on or false to go back`);
    }
    if (confirm !== undefined && options.confirm === false)
        return { ...NOTHING_SENT, confirm };
    const result = 'view' in shown
        ? await actInModal(tools, userId, shown, deed)
        : await actOnMessage(tools, userId, shown, deed, options.force ?? false);
    if (!result.ok)
        notice(tools.host, userId, 'This app responded with an error, or did not respond in time.');
    return { ...result, confirm };
};
const actOnMessage = async (tools, userId, message, deed, force) => {
    const { host } = tools;
    const user = userOf(host.workspace, userId);
    const channel = channelOf(host.workspace, message.channel);
    const current = findMessage(host.workspace, channel.id, message.ts);
    if (!force)
        requireVisible(user, channel, message, current);
    const triggerId = host.triggers.issue(userId);
    const { threadTs } = message;
    const responseUrl = tools.responseUrls.issue({
        channel: channel.id,
        user: userId,
        messageTs: message.ts,
        ...(threadTs === undefined ? {} : { threadTs }),
    });
    const result = await tools.deliver({
        kind: 'block_actions',
        user: userId,
        summary: `${deed.summary} on ${message.channel} ${message.ts}`,
        payload: messageActionPayload(host.workspace, {
            user,
            channel,
            message: current ?? message,
            action: actionOf(host, deed),
            state: chosen({}, deed),
            triggerId,
            responseUrl,
        }),
    });
    return { ...result, sent: true, triggerId, responseUrl };
};
const requireVisible = (user, channel, message, current) => {
    requireMember(user, channel);
    if (current === undefined)
        throw new Error(`the message ${message.ts} is gone`);
    const reader = message.ephemeralFor ?? user.id;
    if (reader !== user.id)
        throw new Error(`only ${reader} sees ${message.ts}`);
};
const actInModal = async (tools, userId, shown, deed) => {
    const { host } = tools;
    const { workspace } = host;
    const open = requireModal(host, userId, shown);
    const modal = { ...open, entered: chosen(open.entered, deed) };
    replaceModal(workspace, modal);
    const user = userOf(workspace, userId);
    const triggerId = host.triggers.issue(userId);
    const result = await tools.deliver({
        kind: 'block_actions',
        user: userId,
        summary: `${deed.summary} in modal "${plainText(modal).split('\n')[0] ?? ''}"`,
        payload: viewActionPayload(workspace, { user, modal, action: actionOf(host, deed), triggerId }),
    });
    return { ...result, sent: true, triggerId, responseUrl: '' };
};
const actionOf = (host, { found: { block, element }, choice }) => ({
    ...Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined)),
    type: element['type'],
    action_id: element['action_id'],
    block_id: block['block_id'],
    ...(element['style'] === undefined ? {} : { style: element['style'] }),
    ...(element['confirm'] === undefined ? {} : { confirm: element['confirm'] }),
    action_ts: host.workspace.nextTs(),
});
/** A choice becomes part of the state; a button leaves none. */
const chosen = (state, { found: { block, element }, choice }) => {
    if (element['type'] === 'button')
        return state;
    const blockId = stringOf(block['block_id']);
    const value = { type: element['type'], ...choice };
    return { ...state, [blockId]: { ...state[blockId], [stringOf(element['action_id'])]: value } };
};
