import type { JsonObject } from './json.ts';
import type { Channel, Message, Modal, User } from './model.ts';
import { messageObject, threadFields, viewObject } from './slack-objects.ts';
import type { Workspace } from './workspace.ts';

/** The payloads that Slack sends to an app, with the fields of its reference. */

// The verification token is deprecated, but Slack still sends it.
const VERIFICATION_TOKEN = 'local-verification-token';

export interface CommandFields {
  readonly user: User;
  readonly channel: Channel;
  readonly command: string;
  readonly text: string;
  readonly triggerId: string;
  readonly responseUrl: string;
}

export const commandPayload = ({ installation }: Workspace, fields: CommandFields): JsonObject => ({
  token: VERIFICATION_TOKEN,
  team_id: installation.teamId,
  team_domain: installation.teamDomain,
  channel_id: fields.channel.id,
  channel_name: toldName(fields.channel),
  user_id: fields.user.id,
  user_name: fields.user.name,
  command: fields.command,
  text: fields.text,
  api_app_id: installation.appId,
  is_enterprise_install: 'false',
  response_url: fields.responseUrl,
  trigger_id: fields.triggerId,
});

/** Payloads hide the name of a private channel. A group message is named after its members. */
const toldName = (channel: Channel): string => {
  if (channel.name.startsWith('mpdm-')) return channel.name;
  if (channel.directWith !== undefined) return 'directmessage';
  return channel.isPrivate ? 'privategroup' : channel.name;
};

const common = ({ installation }: Workspace, type: string, user: User): JsonObject => ({
  type,
  user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
  api_app_id: installation.appId,
  token: VERIFICATION_TOKEN,
  team: { id: installation.teamId, domain: installation.teamDomain },
  enterprise: null,
  is_enterprise_install: false,
});

export interface MessageActionFields {
  readonly user: User;
  readonly channel: Channel;
  readonly message: Message;
  readonly action: JsonObject;
  readonly state: JsonObject;
  readonly triggerId: string;
  readonly responseUrl: string;
}

export const messageActionPayload = (workspace: Workspace, fields: MessageActionFields): JsonObject => {
  const { message, channel } = fields;
  const ephemeral = message.ephemeralFor !== undefined;
  return {
    ...common(workspace, 'block_actions', fields.user),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral,
      ...threadFields(workspace, message),
    },
    trigger_id: fields.triggerId,
    channel: { id: channel.id, name: toldName(channel) },
    // Slack does not store an ephemeral message, so it has no copy to send.
    ...(ephemeral ? {} : { message: messageObject(workspace, message) }),
    state: { values: fields.state },
    response_url: fields.responseUrl,
    actions: [fields.action],
  };
};

export const viewActionPayload = (
  workspace: Workspace,
  fields: {
    readonly user: User;
    readonly modal: Modal;
    readonly action: JsonObject;
    readonly triggerId: string;
  },
): JsonObject => ({
  ...common(workspace, 'block_actions', fields.user),
  container: { type: 'view', view_id: fields.modal.id },
  trigger_id: fields.triggerId,
  view: viewObject(workspace, fields.modal),
  actions: [fields.action],
});

export const viewSubmissionPayload = (
  workspace: Workspace,
  user: User,
  modal: Modal,
  triggerId: string,
): JsonObject => ({
  ...common(workspace, 'view_submission', user),
  trigger_id: triggerId,
  view: viewObject(workspace, modal),
  response_urls: [],
});

export const viewClosedPayload = (
  workspace: Workspace,
  user: User,
  modal: Modal,
  cleared: boolean,
): JsonObject => ({
  ...common(workspace, 'view_closed', user),
  view: viewObject(workspace, modal),
  is_cleared: cleared,
});
