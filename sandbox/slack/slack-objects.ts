import { type JsonObject, objectOf, objectsOf, stringOf } from './json.ts';
import { type Channel, isBot, type Message, type Modal, type UploadedFile, type User } from './model.ts';
import { hasBot, type Workspace } from './workspace.ts';

/** The model in the shapes of Slack's object reference, for API replies and payloads. */

export const userObject = (workspace: Workspace, user: User): JsonObject => ({
  id: user.id,
  team_id: user.teamId,
  name: user.name,
  deleted: user.deleted,
  ...(user.deleted
    ? {}
    : { real_name: user.realName, tz: user.tz, tz_label: user.tz, tz_offset: user.tzOffset }),
  profile: {
    real_name: user.realName,
    display_name: user.displayName,
    team: user.teamId,
    ...(workspace.installation.scopes.has('users:read.email') ? { email: user.email } : {}),
  },
  ...(user.deleted
    ? {}
    : {
        is_admin: false,
        is_owner: false,
        is_primary_owner: false,
        is_restricted: user.kind === 'restricted' || user.kind === 'ultra-restricted',
        is_ultra_restricted: user.kind === 'ultra-restricted',
        is_email_confirmed: user.emailConfirmed,
      }),
  ...(user.kind === 'stranger' ? { is_stranger: true } : {}),
  is_bot: isBot(user),
  is_app_user: false,
  updated: Math.floor(workspace.clock.now() / 1000),
});

export const channelObject = (workspace: Workspace, channel: Channel): JsonObject =>
  channel.directWith === undefined
    ? {
        id: channel.id,
        name: channel.name,
        name_normalized: channel.name,
        is_channel: !channel.isPrivate,
        is_group: channel.isPrivate,
        is_im: false,
        is_mpim: false,
        is_private: channel.isPrivate,
        is_archived: channel.isArchived,
        is_general: false,
        is_shared: channel.isExternallyShared,
        is_ext_shared: channel.isExternallyShared,
        is_org_shared: false,
        is_pending_ext_shared: false,
        is_member: hasBot(workspace, channel),
        context_team_id: workspace.installation.teamId,
      }
    : {
        id: channel.id,
        user: channel.directWith,
        is_im: true,
        is_archived: false,
        is_ext_shared: channel.isExternallyShared,
        context_team_id: workspace.installation.teamId,
      };

export const messageObject = (workspace: Workspace, message: Message): JsonObject => {
  const { installation } = workspace;
  const fromBot = message.user === installation.botUserId;
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    ...(fromBot ? { bot_id: installation.botId, app_id: installation.appId } : {}),
    text: message.text,
    team: installation.teamId,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...threadFields(workspace, message),
    ...(message.editedAt === undefined ? {} : { edited: { user: message.user, ts: message.editedAt } }),
    ...(message.files.length > 0 ? { files: message.files.map(fileObject) } : {}),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
  };
};

/** A message with replies has its own ts as thread_ts, in payloads too. */
export const threadFields = (workspace: Workspace, message: Message): JsonObject => {
  if (message.threadTs !== undefined) return { thread_ts: message.threadTs };
  const started = workspace.messages.some(
    ({ channel, threadTs }) => channel === message.channel && threadTs === message.ts,
  );
  return started ? { thread_ts: message.ts } : {};
};

export const fileObject = (file: UploadedFile): JsonObject => ({
  id: file.id,
  name: file.name,
  title: file.title,
  size: file.content.length,
});

export const viewObject = (workspace: Workspace, modal: Modal): JsonObject => {
  const { installation } = workspace;
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    submit: null,
    close: null,
    clear_on_close: false,
    notify_on_close: false,
    ...modal.view,
    id: modal.id,
    team_id: installation.teamId,
    state: { values: stateOf(objectsOf(modal.view['blocks']), modal.entered) },
    hash: modal.hash,
    previous_view_id: modal.previousId ?? null,
    root_view_id: modal.rootId,
    app_id: installation.appId,
    app_installed_team_id: installation.teamId,
    bot_id: installation.botId,
  };
};

/** Slack reports every input of a view or a message, even an untouched one. */
export const stateOf = (blocks: readonly JsonObject[], entered: Modal['entered']): JsonObject =>
  Object.fromEntries(
    blocks.flatMap((block) => {
      const id = stringOf(block['block_id']);
      const values = stateElements(block).map((element) => {
        const actionId = stringOf(element['action_id']);
        return [actionId, objectOf(entered[id])[actionId] ?? initialState(element)];
      });
      return values.length === 0 ? [] : [[id, Object.fromEntries(values)]];
    }),
  );

export const interactiveElements = (block: JsonObject): readonly JsonObject[] => [
  ...[block['element'], block['accessory']]
    .map(objectOf)
    .filter((element) => element['action_id'] !== undefined),
  ...(block['type'] === 'actions' ? objectsOf(block['elements']) : []),
];

const stateElements = (block: JsonObject): readonly JsonObject[] =>
  interactiveElements(block).filter((element) => element['type'] !== 'button');

const initialState = (element: JsonObject): JsonObject => {
  const type = element['type'];
  switch (type) {
    case 'plain_text_input':
      return { type, value: element['initial_value'] ?? null };
    case 'users_select':
      return { type, selected_user: element['initial_user'] ?? null };
    case 'checkboxes':
      return { type, selected_options: element['initial_options'] ?? [] };
    default:
      return { type, selected_option: element['initial_option'] ?? null };
  }
};
