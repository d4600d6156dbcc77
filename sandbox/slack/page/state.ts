import type { JsonObject } from '../json.ts';
import type { LocalSlack } from '../local-slack.ts';
import { type Channel, isBot, type Message, type Modal, type UploadedFile, type User } from '../model.ts';
import type { Memory } from './memory.ts';
import { isMentioned } from './mentions.ts';

/** Names that the page shows and completes. Slack itself does not know the sites. */
export interface PageOptions {
  /** Shown above the channels. */
  readonly workspaceName?: string;
  /** Site names that the composer offers after `/rollback`. */
  readonly sites?: readonly string[];
}

export interface PersonView {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly bot: boolean;
  readonly tz: string;
  readonly here: boolean;
  /** Unread messages that mention this person, for the list of people; 0 for the bot. */
  readonly mentions: number;
}

export interface FileView {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly size: number;
  /** The beginning of a text file; null for any other file. */
  readonly preview: string | null;
  readonly cut: boolean;
}

export interface MessageView {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly threadTs: string | null;
  readonly alsoInChannel: boolean;
  readonly ephemeral: boolean;
  readonly edited: boolean;
  readonly mentionsMe: boolean;
  readonly files: readonly FileView[];
}

export interface ChannelView {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
  readonly isShared: boolean;
  readonly isDirect: boolean;
  readonly members: readonly string[];
  readonly readUpTo: string;
  readonly unread: number;
  readonly mentions: number;
  /** With replies, oldest first. */
  readonly messages: readonly MessageView[];
}

export interface ModalView {
  readonly id: string;
  readonly hash: string;
  readonly view: JsonObject;
  readonly entered: Readonly<Record<string, JsonObject>>;
  readonly errors: Readonly<Record<string, string>>;
}

export interface PageState {
  readonly me: string;
  readonly workspace: string;
  readonly sites: readonly string[];
  readonly people: readonly PersonView[];
  readonly groups: readonly { readonly id: string; readonly handle: string; readonly mine: boolean }[];
  /** Names for mentions of the channels that this person may know of. */
  readonly channelNames: Readonly<Record<string, string>>;
  readonly channels: readonly ChannelView[];
  /** The stack, with the top one last. */
  readonly modals: readonly ModalView[];
}

const PREVIEW_MAX = 60_000;

/** Exactly what this person may see. */
export const stateFor = (slack: LocalSlack, memory: Memory, me: string, options: PageOptions): PageState => {
  const mine = slack.channels().filter(({ members }) => members.includes(me));
  return {
    me,
    workspace: options.workspaceName ?? capitalised(slack.teamDomain),
    sites: options.sites ?? [],
    people: slack
      .users()
      .filter(({ deleted }) => !deleted)
      .map((user) => personView(slack, memory, user)),
    groups: slack.groups().map(({ id, handle, members }) => ({ id, handle, mine: members.includes(me) })),
    channelNames: Object.fromEntries(
      [...mine, ...slack.channels().filter(({ isPrivate }) => !isPrivate)].map(({ id, name }) => [id, name]),
    ),
    channels: mine.map((channel) => channelView(slack, memory, me, channel)),
    modals: slack.as(me).openModals().map(modalView),
  };
};

/** The people to choose from: everyone with an account who is no bot. */
export const isPlayable = (slack: LocalSlack, id: string): boolean =>
  slack.users().some((user) => user.id === id && !user.deleted && !isBot(user));

const capitalised = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

const personView = (slack: LocalSlack, memory: Memory, user: User): PersonView => ({
  id: user.id,
  name: user.displayName,
  realName: user.realName,
  bot: isBot(user),
  tz: user.tz,
  here: isBot(user) || memory.isHere(user.id),
  mentions: isBot(user)
    ? 0
    : slack
        .channels()
        .filter(({ members }) => members.includes(user.id))
        .reduce((sum, channel) => sum + unreadIn(slack, memory, user.id, channel).mentions, 0),
});

const sharedMessages = (slack: LocalSlack, channel: Channel): readonly Message[] =>
  slack.messages(channel.id).flatMap((message) =>
    // A reply that was also sent to the channel is already part of its thread.
    message.threadTs === undefined ? [message, ...slack.thread(channel.id, message.ts)] : [],
  );

const unreadIn = (
  slack: LocalSlack,
  memory: Memory,
  me: string,
  channel: Channel,
): { readonly unread: number; readonly mentions: number } => {
  const since = memory.readUpTo(me, channel.id);
  const fresh = sharedMessages(slack, channel).filter(({ ts, user }) => ts > since && user !== me);
  const called = fresh.filter((message) => isMentioned(message, me, slack.groups()));
  const unread = fresh.filter(
    ({ threadTs, alsoInChannel }) => threadTs === undefined || alsoInChannel,
  ).length;
  return {
    unread: Math.max(unread, called.length),
    // Everything in a direct message is for this person.
    mentions: channel.directWith === undefined ? called.length : unread,
  };
};

const channelView = (slack: LocalSlack, memory: Memory, me: string, channel: Channel): ChannelView => {
  const shown = [
    ...sharedMessages(slack, channel),
    ...slack
      .as(me)
      .ephemerals(channel.id)
      .filter(({ ts }) => !memory.isDismissed(me, channel.id, ts)),
  ];
  return {
    id: channel.id,
    name: channel.name,
    isPrivate: channel.isPrivate,
    isArchived: channel.isArchived,
    isShared: channel.isExternallyShared,
    isDirect: channel.directWith !== undefined,
    members: channel.members,
    readUpTo: memory.readUpTo(me, channel.id),
    ...unreadIn(slack, memory, me, channel),
    messages: shown
      .toSorted((one, other) => (one.ts < other.ts ? -1 : 1))
      .map((message) => messageView(slack, me, message)),
  };
};

const messageView = (slack: LocalSlack, me: string, message: Message): MessageView => ({
  ts: message.ts,
  user: message.user,
  text: message.text,
  blocks: message.blocks,
  threadTs: message.threadTs === message.ts ? null : (message.threadTs ?? null),
  alsoInChannel: message.alsoInChannel,
  ephemeral: message.ephemeralFor !== undefined,
  edited: message.editedAt !== undefined,
  mentionsMe: message.user !== me && isMentioned(message, me, slack.groups()),
  files: message.files.map(fileView),
});

const fileView = ({ id, name, title, content }: UploadedFile): FileView => {
  const text = textOf(content);
  return {
    id,
    name,
    title,
    size: content.length,
    preview: text === undefined ? null : text.slice(0, PREVIEW_MAX),
    cut: text !== undefined && text.length > PREVIEW_MAX,
  };
};

const textOf = (content: Buffer): string | undefined => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
};

const modalView = ({ id, hash, view, entered, errors }: Modal): ModalView => ({
  id,
  hash,
  // The app's private data in a view never reaches the screen.
  view: Object.fromEntries(Object.entries(view).filter(([name]) => name !== 'private_metadata')),
  entered,
  errors,
});
