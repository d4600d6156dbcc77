import type { LocalSlack } from '../local-slack.ts';
import { isBot, type Message } from '../model.ts';
import type { SlackEvent } from '../transcript.ts';
import { isMentioned } from './mentions.ts';

/** What a phone shows for a new post. */
export interface Notification {
  readonly channel: string;
  readonly channelName: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly user: string;
  readonly text: string;
  /** This person is in the channel or in the thread. */
  readonly mine: boolean;
  readonly mentionsMe: boolean;
  /** Other people whom the post mentions. Their phones ring too. */
  readonly others: readonly string[];
}

/** Only a new post that everyone sees rings. An edit and an ephemeral message never do. */
export const notificationFor = (
  slack: LocalSlack,
  me: string,
  event: SlackEvent,
): Notification | undefined => {
  if (event.type !== 'message') return undefined;
  const { message } = event;
  const channel = slack.channels().find(({ id }) => id === message.channel);
  if (channel === undefined) return undefined;
  const listening = slack
    .users()
    .filter(({ id }) => channel.members.includes(id) && id !== message.user)
    .filter((user) => !isBot(user) && !user.deleted);
  const called = listening.filter(({ id }) => isMentioned(message, id, slack.groups()));
  const mentionsMe = called.some(({ id }) => id === me);
  const mine =
    listening.some(({ id }) => id === me) &&
    (mentionsMe || message.threadTs === undefined || message.alsoInChannel || takesPart(slack, me, message));
  const others = called.filter(({ id }) => id !== me).map(({ id }) => id);
  // People do not learn of channels that they are not in.
  if (!channel.members.includes(me) || (!mine && others.length === 0)) return undefined;
  return {
    channel: channel.id,
    channelName: channel.name,
    ts: message.ts,
    threadTs: message.threadTs ?? null,
    user: message.user,
    text: message.text,
    mine,
    mentionsMe,
    others,
  };
};

const takesPart = (slack: LocalSlack, me: string, { channel, threadTs }: Message): boolean =>
  threadTs !== undefined &&
  [slack.message(channel, threadTs), ...slack.thread(channel, threadTs)].some((one) => one?.user === me);
