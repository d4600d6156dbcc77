import type { Delivery, DeliveryResult } from './delivery-result.ts';
import type { Host } from './host.ts';
import type { Channel, Modal, User } from './model.ts';
import type { ConfirmDialog } from './plain-text.ts';
import type { ResponseUrls } from './response-urls.ts';
import { isMember, modalsOf } from './workspace.ts';

/** What a person's deeds need besides the shared state. */
export interface PersonTools {
  readonly host: Host;
  readonly responseUrls: ResponseUrls;
  readonly deliver: (delivery: Delivery) => Promise<DeliveryResult>;
}

/** What came of something that a person did. */
export interface Interaction extends DeliveryResult {
  readonly triggerId: string;
  readonly responseUrl: string;
  /** False when the app never heard of it: Slack's client held it back, or the person did. */
  readonly sent: boolean;
}

export interface Click extends Interaction {
  /** What the confirmation dialog asked, when the element has one. */
  readonly confirm: ConfirmDialog | undefined;
}

export interface ClickOptions {
  /** The answer to a confirmation dialog; an element that asks cannot be clicked without one. */
  readonly confirm?: boolean;
  /** Where a message given by its ts is; needed only when the ts is not unique to one channel. */
  readonly channel?: string;
  /** Sends the click even if this person could not see the element: a forged or very late payload. */
  readonly force?: boolean;
}

export const NOTHING_SENT: Interaction = {
  sent: false,
  ok: false,
  ackMs: 0,
  ackBody: undefined,
  triggerId: '',
  responseUrl: '',
};

/** Throws where Slack's client would not let this person do anything. */
export const requireMember = (user: User, channel: Channel): void => {
  if (user.deleted) throw new Error(`${user.id} is deactivated and cannot use Slack`);
  if (!isMember(channel, user.id)) throw new Error(`${user.id} is not in ${channel.id} (#${channel.name})`);
  if (channel.isArchived) throw new Error(`${channel.id} (#${channel.name}) is archived`);
};

/** The present state of the modal that this person has before them. */
export const requireModal = (host: Host, userId: string, target: string | Modal): Modal => {
  const id = typeof target === 'string' ? target : target.id;
  const stack = modalsOf(host.workspace, userId);
  const modal = stack.find((open) => open.id === id);
  if (modal === undefined) throw new Error(`${userId} has no open modal ${id}`);
  if (stack.at(-1) !== modal) throw new Error(`the modal ${id} is covered by another`);
  return modal;
};
