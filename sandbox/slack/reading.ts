import type { Channel, Group, Message, Modal, User } from './model.ts';
import { describeEvent, type SlackEvent, type Transcript, type WaitOptions } from './transcript.ts';
import { directChannel, findMessage, type Workspace } from './workspace.ts';

/** Milliseconds, or milliseconds and the position of the transcript to begin at. */
export type Wait = number | WaitOptions;

/** What a test can read. */
export interface Reading {
  /** Everyone as they are now, including the bot. */
  readonly users: () => readonly User[];
  readonly groups: () => readonly Group[];
  readonly channels: () => readonly Channel[];
  /** Top-level messages in their current state, oldest first. Ephemeral messages belong to each person. */
  readonly messages: (channel: string) => readonly Message[];
  /** The replies in a thread, without the message that started it. */
  readonly thread: (channel: string, ts: string) => readonly Message[];
  readonly message: (channel: string, ts: string) => Message | undefined;
  /** The direct message channel between the bot and this person. */
  readonly direct: (userId: string) => Channel;
  /** All events so far, in order. */
  readonly transcript: () => readonly SlackEvent[];
  /** The same as text. */
  readonly describe: () => string;
  readonly onEvent: (listener: (event: SlackEvent) => void) => () => void;
  /** The current end of the transcript, for `since`. */
  readonly mark: () => number;
  /** The first matching event, past or future. */
  readonly waitFor: (matches: (event: SlackEvent) => boolean, wait?: Wait) => Promise<SlackEvent>;
  /** The first posted, edited or ephemeral message that matches, in its state at that time. */
  readonly waitForMessage: (matches: (message: Message) => boolean, wait?: Wait) => Promise<Message>;
  /** The first matching state of a modal on this person's screen. */
  readonly waitForModal: (userId: string, matches: (modal: Modal) => boolean, wait?: Wait) => Promise<Modal>;
}

export interface Violation {
  readonly method: string;
  readonly error: string;
  readonly messages: readonly string[];
}

export const createReading = (workspace: Workspace, transcript: Transcript): Reading => {
  const shared = (channel: string): readonly Message[] =>
    workspace.messages.filter((message) => message.channel === channel && message.ephemeralFor === undefined);
  return {
    users: () => [...workspace.users.values()],
    groups: () => [...workspace.groups.values()],
    channels: () => [...workspace.channels.values()],
    messages: (channel) =>
      shared(channel).filter(({ threadTs, alsoInChannel }) => threadTs === undefined || alsoInChannel),
    thread: (channel, ts) => shared(channel).filter(({ threadTs }) => threadTs === ts),
    message: (channel, ts) => findMessage(workspace, channel, ts),
    direct: (userId) => directChannel(workspace, userId),
    transcript: () => transcript.events,
    describe: () => transcript.events.map(describeEvent).join('\n'),
    onEvent: transcript.subscribe,
    mark: () => transcript.events.length,
    waitFor: (matches, wait) =>
      transcript.find((event) => (matches(event) ? event : undefined), waitOptions(wait)),
    waitForMessage: (matches, wait) =>
      transcript.find((event) => {
        const message = saidIn(event);
        return message !== undefined && matches(message) ? message : undefined;
      }, waitOptions(wait)),
    waitForModal: (userId, matches, wait) =>
      transcript.find((event) => {
        const modal = shownIn(event, userId);
        return modal !== undefined && matches(modal) ? modal : undefined;
      }, waitOptions(wait)),
  };
};

const saidIn = (event: SlackEvent): Message | undefined =>
  event.type === 'message' || event.type === 'edit' || event.type === 'ephemeral' ? event.message : undefined;

const shownIn = (event: SlackEvent, userId: string): Modal | undefined =>
  event.type === 'modal' && event.user === userId && event.change !== 'closed' ? event.modal : undefined;

const waitOptions = (wait: Wait = {}): WaitOptions => (typeof wait === 'number' ? { timeoutMs: wait } : wait);

/** Refusals of a call's content, as opposed to those that depend on the state of the workspace. */
const CONTENT_ERRORS = new Set([
  'invalid_arguments',
  'invalid_attachments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_json',
  'invalid_metadata_format',
  'invalid_payload',
  'invalid_post_type',
  'invalid_response_action',
  'json_not_object',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'push_limit_reached',
  'unknown_method',
]);

export const violationsIn = ({ events }: Transcript): readonly Violation[] =>
  events.flatMap((event) =>
    event.type === 'refusal' && !event.scripted && CONTENT_ERRORS.has(event.error) ? [event] : [],
  );
