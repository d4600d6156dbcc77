import { slackId } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Message, Modal } from './model.ts';
import type { Transcript } from './transcript.ts';
import type { Triggers } from './triggers.ts';
import {
  editMessage,
  modalsOf,
  type NewMessage,
  removeMessage,
  replaceModal,
  storeMessage,
  type Workspace,
} from './workspace.ts';

/** What the parts of this Slack share: its state, its transcript and its address. */
export interface Host {
  readonly workspace: Workspace;
  readonly transcript: Transcript;
  readonly triggers: Triggers;
  /** `http://127.0.0.1:port`, known once the server listens. */
  readonly origin: () => string;
}

/** Changes that people see. Each one goes into both the state and the transcript. */

export const post = ({ workspace, transcript }: Host, fields: NewMessage): Message => {
  const message = storeMessage(workspace, fields);
  const user = message.ephemeralFor;
  transcript.record(user === undefined ? { type: 'message', message } : { type: 'ephemeral', message, user });
  return message;
};

export const edit = (host: Host, previous: Message, change: Pick<Message, 'text' | 'blocks'>): Message => {
  const message = editMessage(host.workspace, previous, change);
  host.transcript.record({ type: 'edit', message, previous });
  return message;
};

export const remove = (host: Host, message: Message): void => {
  removeMessage(host.workspace, message);
  host.transcript.record({ type: 'delete', message });
};

export const notice = (host: Host, user: string, text: string): void =>
  host.transcript.record({ type: 'notice', user, text });

const newHash = (host: Host): string => host.workspace.nextTs();

export const openModal = (host: Host, user: string, view: JsonObject): Modal => {
  const stack = modalsOf(host.workspace, user);
  const below = stack.at(-1);
  const id = slackId('V');
  const modal: Modal = {
    id,
    user,
    view,
    rootId: below?.rootId ?? id,
    hash: newHash(host),
    errors: {},
    entered: {},
    ...(below === undefined ? {} : { previousId: below.id }),
  };
  host.workspace.modals.set(user, [...stack, modal]);
  host.transcript.record({ type: 'modal', change: below === undefined ? 'opened' : 'pushed', modal, user });
  return modal;
};

export const updateModal = (host: Host, before: Modal, view: JsonObject): Modal => {
  const modal: Modal = { ...before, view, hash: newHash(host), errors: {} };
  replaceModal(host.workspace, modal);
  host.transcript.record({ type: 'modal', change: 'updated', modal, user: modal.user });
  return modal;
};

export const showErrors = (host: Host, before: Modal, errors: Modal['errors']): void => {
  const modal: Modal = { ...before, errors };
  replaceModal(host.workspace, modal);
  host.transcript.record({ type: 'modal', change: 'errors', modal, user: modal.user });
};

/** Removes the top modal, or the whole stack. */
export const closeModals = (host: Host, user: string, all: boolean): void => {
  const stack = modalsOf(host.workspace, user);
  const leaving = all ? stack : stack.slice(-1);
  host.workspace.modals.set(user, all ? [] : stack.slice(0, -1));
  for (const modal of leaving.toReversed()) {
    host.transcript.record({ type: 'modal', change: 'closed', modal, user });
  }
};
