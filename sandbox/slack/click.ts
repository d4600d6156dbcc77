import type { Found } from './find-element.ts';
import { type Host, notice } from './host.ts';
import {
  type Click,
  type ClickOptions,
  type Interaction,
  NOTHING_SENT,
  type PersonTools,
  requireMember,
  requireModal,
} from './interaction.ts';
import { isObject, type JsonObject, stringOf } from './json.ts';
import type { Channel, Message, Modal, User } from './model.ts';
import { messageActionPayload, viewActionPayload } from './payloads.ts';
import { confirmOf, plainText } from './plain-text.ts';
import { stateOf } from './slack-objects.ts';
import { channelOf, enteredIn, enterIn, findMessage, findModal, replaceModal, userOf } from './workspace.ts';

/** What a person does with one element on the screen. */
export interface Gesture {
  readonly found: Found;
  /** The part of the action that depends on the element, such as a button's value or a menu's selected option. */
  readonly choice: JsonObject;
  readonly summary: string;
}

/** What the person looks at. A message object is the state at the time when it was taken, however old. */
export const screen = (
  host: Host,
  userId: string,
  target: string | Message | Modal,
  options: ClickOptions,
): Message | Modal => {
  if (typeof target !== 'string') return target;
  const { workspace } = host;
  const modal = findModal(workspace, target);
  if (modal !== undefined) return modal;
  const [found, other] = workspace.messages.filter(
    ({ ts, channel, ephemeralFor }) =>
      ts === target &&
      (options.channel ?? channel) === channel &&
      (ephemeralFor === undefined || ephemeralFor === userId),
  );
  if (found === undefined || other !== undefined)
    throw new Error(`there is no message or modal ${target} on the screen`);
  return found;
};

/** Clicks or chooses, and answers the confirmation dialog if the element has one. */
export const act = async (
  tools: PersonTools,
  userId: string,
  shown: Message | Modal,
  gesture: Gesture,
  options: ClickOptions,
): Promise<Click> => {
  const { element } = gesture.found;
  const confirm = isObject(element['confirm']) ? confirmOf(element['confirm']) : undefined;
  if (confirm !== undefined && options.confirm === undefined) {
    throw new Error(
      `"${gesture.summary}" asks "${confirm.title}": pass confirm: true to continue or false to go back`,
    );
  }
  if (confirm !== undefined && options.confirm === false) return { ...NOTHING_SENT, confirm };
  const result =
    'view' in shown
      ? await actInModal(tools, userId, shown, gesture)
      : await actOnMessage(tools, userId, shown, gesture, options.force ?? false);
  if (!result.ok) notice(tools.host, userId, 'This app responded with an error, or did not respond in time.');
  return { ...result, confirm };
};

const actOnMessage = async (
  tools: PersonTools,
  userId: string,
  message: Message,
  gesture: Gesture,
  force: boolean,
): Promise<Interaction> => {
  const { host } = tools;
  const user = userOf(host.workspace, userId);
  const channel = channelOf(host.workspace, message.channel);
  const current = findMessage(host.workspace, channel.id, message.ts);
  if (!force) requireVisible(user, channel, message, current);
  const triggerId = host.triggers.issue(userId);
  const { threadTs } = message;
  const entered = chosen(enteredIn(host.workspace, userId, message), gesture);
  enterIn(host.workspace, userId, message, entered);
  const responseUrl = tools.responseUrls.issue({
    channel: channel.id,
    user: userId,
    messageTs: message.ts,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  const result = await tools.deliver({
    kind: 'block_actions',
    user: userId,
    summary: `${gesture.summary} on ${message.channel} ${message.ts}`,
    payload: messageActionPayload(host.workspace, {
      user,
      channel,
      message: current ?? message,
      action: actionOf(host, gesture),
      state: stateOf((current ?? message).blocks, entered),
      triggerId,
      responseUrl,
    }),
  });
  return { ...result, sent: true, triggerId, responseUrl };
};

const requireVisible = (
  user: User,
  channel: Channel,
  message: Message,
  current: Message | undefined,
): void => {
  requireMember(user, channel);
  if (current === undefined) throw new Error(`the message ${message.ts} is gone`);
  const reader = message.ephemeralFor ?? user.id;
  if (reader !== user.id) throw new Error(`only ${reader} sees ${message.ts}`);
};

const actInModal = async (
  tools: PersonTools,
  userId: string,
  shown: Modal,
  gesture: Gesture,
): Promise<Interaction> => {
  const { host } = tools;
  const { workspace } = host;
  const open = requireModal(host, userId, shown);
  const modal: Modal = { ...open, entered: chosen(open.entered, gesture) };
  replaceModal(workspace, modal);
  const user = userOf(workspace, userId);
  const triggerId = host.triggers.issue(userId);
  const result = await tools.deliver({
    kind: 'block_actions',
    user: userId,
    summary: `${gesture.summary} in modal "${plainText(modal).split('\n')[0] ?? ''}"`,
    payload: viewActionPayload(workspace, { user, modal, action: actionOf(host, gesture), triggerId }),
  });
  return { ...result, sent: true, triggerId, responseUrl: '' };
};

const actionOf = (host: Host, { found: { block, element }, choice }: Gesture): JsonObject => ({
  ...Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined)),
  type: element['type'],
  action_id: element['action_id'],
  block_id: block['block_id'],
  ...(element['style'] === undefined ? {} : { style: element['style'] }),
  ...(element['confirm'] === undefined ? {} : { confirm: element['confirm'] }),
  action_ts: host.workspace.nextTs(),
});

/** A choice becomes part of the state. A button leaves nothing there. */
export const chosen = (
  state: Modal['entered'],
  { found: { block, element }, choice }: Gesture,
): Modal['entered'] => {
  if (element['type'] === 'button') return state;
  const blockId = stringOf(block['block_id']);
  const value = { type: element['type'], ...choice };
  return { ...state, [blockId]: { ...state[blockId], [stringOf(element['action_id'])]: value } };
};
