import type { Clock } from './clock.ts';
import { createTimestamps } from './clock.ts';
import { slackId } from './ids.ts';
import type { Channel, Group, Message, Modal, UploadedFile, User } from './model.ts';

/** The app as it is installed in the workspace. */
export interface Installation {
  readonly teamId: string;
  readonly teamDomain: string;
  readonly appId: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly scopes: ReadonlySet<string>;
}

export interface PendingUpload {
  readonly id: string;
  readonly name: string;
  readonly length: number;
  readonly content?: Buffer;
}

/** Everything this Slack remembers. */
export interface Workspace {
  readonly installation: Installation;
  readonly clock: Clock;
  readonly nextTs: () => string;
  readonly users: Map<string, User>;
  readonly groups: Map<string, Group>;
  readonly channels: Map<string, Channel>;
  /** In the order of posting. An edit replaces the entry in place. */
  readonly messages: Message[];
  /** Each person's stack of modals, with the top one last. */
  readonly modals: Map<string, readonly Modal[]>;
  /** What each person has chosen and typed in a message, by person, channel and ts. Nobody else sees it. */
  readonly entered: Map<string, Modal['entered']>;
  readonly uploads: Map<string, PendingUpload>;
}

export const createWorkspace = (installation: Installation, clock: Clock): Workspace => ({
  installation,
  clock,
  nextTs: createTimestamps(clock),
  users: new Map(),
  groups: new Map(),
  channels: new Map(),
  messages: [],
  modals: new Map(),
  entered: new Map(),
  uploads: new Map(),
});

export const userOf = (workspace: Workspace, id: string): User => {
  const user = workspace.users.get(id);
  if (user === undefined) throw new Error(`there is no such person in this workspace: ${id}`);
  return user;
};

export const channelOf = (workspace: Workspace, id: string): Channel => {
  const channel = workspace.channels.get(id);
  if (channel === undefined) throw new Error(`there is no such channel in this workspace: ${id}`);
  return channel;
};

export const isMember = (channel: Channel, userId: string): boolean => channel.members.includes(userId);

export const hasBot = (workspace: Workspace, channel: Channel): boolean =>
  isMember(channel, workspace.installation.botUserId);

/** The direct message channel between the bot and a person. As in Slack, the first use makes it. */
export const directChannel = (workspace: Workspace, userId: string): Channel => {
  for (const channel of workspace.channels.values()) if (channel.directWith === userId) return channel;
  const channel: Channel = {
    id: slackId('D'),
    name: 'directmessage',
    members: [userId, workspace.installation.botUserId],
    isPrivate: true,
    isArchived: false,
    isExternallyShared: false,
    directWith: userId,
  };
  workspace.channels.set(channel.id, channel);
  return channel;
};

export interface NewMessage {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: Message['blocks'];
  readonly threadTs?: string | undefined;
  readonly alsoInChannel?: boolean;
  readonly ephemeralFor?: string | undefined;
  readonly files?: readonly UploadedFile[];
  readonly metadata?: Message['metadata'] | undefined;
}

export const storeMessage = (workspace: Workspace, fields: NewMessage): Message => {
  const { threadTs, ephemeralFor, metadata } = fields;
  const message: Message = {
    ts: workspace.nextTs(),
    channel: fields.channel,
    user: fields.user,
    text: fields.text,
    blocks: fields.blocks,
    alsoInChannel: fields.alsoInChannel ?? false,
    history: [],
    files: fields.files ?? [],
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(ephemeralFor === undefined ? {} : { ephemeralFor }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  workspace.messages.push(message);
  return message;
};

export const findMessage = (workspace: Workspace, channel: string, ts: string): Message | undefined =>
  workspace.messages.find((message) => message.channel === channel && message.ts === ts);

export const editMessage = (
  workspace: Workspace,
  message: Message,
  change: Pick<Message, 'text' | 'blocks'>,
): Message => {
  const at = workspace.nextTs();
  const edited: Message = {
    ...message,
    ...change,
    editedAt: at,
    history: [...message.history, { text: message.text, blocks: message.blocks, until: at }],
  };
  workspace.messages[indexOf(workspace, message)] = edited;
  return edited;
};

export const removeMessage = (workspace: Workspace, message: Message): void => {
  workspace.messages.splice(indexOf(workspace, message), 1);
};

const indexOf = (workspace: Workspace, message: Message): number =>
  workspace.messages.findIndex(({ channel, ts }) => channel === message.channel && ts === message.ts);

export const modalsOf = (workspace: Workspace, userId: string): readonly Modal[] =>
  workspace.modals.get(userId) ?? [];

export const findModal = (workspace: Workspace, id: string): Modal | undefined =>
  [...workspace.modals.values()].flat().find((modal) => modal.id === id);

type OnScreen = Pick<Message, 'channel' | 'ts'>;

const screenKey = (userId: string, { channel, ts }: OnScreen): string => `${userId} ${channel} ${ts}`;

/**
 * What this person has entered in a message. A field keeps it as long as its ids stay the same, also through edits of the
 * message.
 */
export const enteredIn = (workspace: Workspace, userId: string, shown: OnScreen): Modal['entered'] =>
  workspace.entered.get(screenKey(userId, shown)) ?? {};

export const enterIn = (
  workspace: Workspace,
  userId: string,
  shown: OnScreen,
  entered: Modal['entered'],
): void => {
  workspace.entered.set(screenKey(userId, shown), entered);
};

export const replaceModal = (workspace: Workspace, next: Modal): void => {
  const stack = modalsOf(workspace, next.user).map((modal) => (modal.id === next.id ? next : modal));
  workspace.modals.set(next.user, stack);
};
