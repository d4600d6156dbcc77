import { act, screen } from './click.ts';
import { closeView } from './close-view.ts';
import { type Entry, enter, findButton, findField } from './find-element.ts';
import { post } from './host.ts';
import {
  type Click,
  type ClickOptions,
  type Interaction,
  type PersonTools,
  requireMember,
  requireModal,
} from './interaction.ts';
import type { Message, Modal } from './model.ts';
import { runCommand } from './run-command.ts';
import { type Submission, submitView } from './submit-view.ts';
import { typeText } from './type-text.ts';
import { channelOf, modalsOf, userOf } from './workspace.ts';

/** One person at the keyboard. Every action fails if Slack's client would not offer it. */
export interface Person {
  readonly id: string;
  readonly command: (
    channel: string,
    line: string,
    place?: { readonly thread: string },
  ) => Promise<Interaction>;
  /** Clicks the button with this visible label. A message object means the screen at the time when it was taken. */
  readonly click: (target: string | Message | Modal, label: string, options?: ClickOptions) => Promise<Click>;
  /** Chooses in a menu, radio group or checkbox group outside an input block. */
  readonly select: (
    target: string | Message | Modal,
    field: string,
    entry: Entry,
    options?: ClickOptions,
  ) => Promise<Click>;
  /** Types into a field of a message. Nothing is sent until the person presses a button there. */
  readonly type: (target: string | Message, field: string, text: string, options?: ClickOptions) => void;
  /** Fills in inputs by label, block_id or action_id, and submits. Earlier entries stay. */
  readonly submit: (modal: string | Modal, values?: Readonly<Record<string, Entry>>) => Promise<Submission>;
  readonly close: (modal: string | Modal, all?: boolean) => Promise<void>;
  /** Writes a message. The app is not told, because it subscribes to no message events. */
  readonly say: (channel: string, text: string, thread?: string) => Message;
  /** This person's stack of modals, with the top one last. */
  readonly openModals: () => readonly Modal[];
  readonly ephemerals: (channel: string) => readonly Message[];
  /** What Slack itself told this person, for example that a command failed with operation_timeout. */
  readonly notices: () => readonly string[];
}

export const createPerson = (tools: PersonTools, id: string): Person => {
  const { host } = tools;
  const { workspace, transcript } = host;
  userOf(workspace, id);
  return {
    id,
    command: (channel, line, place) => runCommand(tools, id, channel, line, place?.thread),
    click: async (target, label, options = {}) => {
      const shown = screen(host, id, target, options);
      const found = findButton(shown, label);
      const choice = { value: found.element['value'], text: found.element['text'] };
      return act(tools, id, shown, { found, choice, summary: label }, options);
    },
    select: async (target, field, entry, options = {}) => {
      const shown = screen(host, id, target, options);
      const found = findField(shown, field);
      const { type: _type, ...choice } = enter(found, entry);
      return act(tools, id, shown, { found, choice, summary: `${field}: ${String(entry)}` }, options);
    },
    type: (target, field, text, options = {}) => typeText(host, id, target, field, text, options),
    submit: async (target, values = {}) =>
      submitView(tools, userOf(workspace, id), requireModal(host, id, target), values),
    close: async (target, all = false) => closeView(tools, id, requireModal(host, id, target), all),
    say: (channel, text, thread) => {
      requireMember(userOf(workspace, id), channelOf(workspace, channel));
      return post(host, { channel, user: id, text, blocks: [], threadTs: thread });
    },
    openModals: () => modalsOf(workspace, id),
    ephemerals: (channel) =>
      workspace.messages.filter((message) => message.channel === channel && message.ephemeralFor === id),
    notices: () =>
      transcript.events.flatMap((event) =>
        event.type === 'notice' && event.user === id ? [event.text] : [],
      ),
  };
};
