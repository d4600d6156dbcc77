import type { Delivery, DeliveryResult } from './delivery-result.ts';
import type { Host } from './host.ts';
import type { Channel, Modal, User } from './model.ts';
import type { ConfirmDialog } from './plain-text.ts';
import type { ResponseUrls } from './response-urls.ts';
import { isMember, modalsOf } from './workspace.ts';

/** What a person's actions need besides the shared state. */
export interface PersonTools {
  readonly host: Host;
  readonly responseUrls: ResponseUrls;
  readonly deliver: (delivery: Delivery) => Promise<DeliveryResult>;
}

/** The result of a person's action. */
export interface Interaction extends DeliveryResult {
  readonly triggerId: string;
  readonly responseUrl: string;
  /** False if the action never reached the app: Slack's client or the person stopped it. */
  readonly sent: boolean;
}

export interface Click extends Interaction {
  /** The question of the confirmation dialog, if the element has one. */
  readonly confirm: ConfirmDialog | undefined;
}

export interface ClickOptions {
  /** The answer to a confirmation dialog. An element with a dialog cannot be clicked without one. */
  readonly confirm?: boolean;
  /** The channel of a message given by its ts. Only needed if several channels have that ts. */
  readonly channel?: string;
  /** Sends the click even if the person cannot see the element, as a forged or very late payload. */
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

/** Errors: if Slack's client would not let this person do anything there. */
export const requireMember = (user: User, channel: Channel): void => {
  if (user.deleted) throw new Error(`${user.id} is deactivated and cannot use Slack`);
  if (!isMember(channel, user.id)) throw new Error(`${user.id} is not in ${channel.id} (#${channel.name})`);
  if (channel.isArchived) throw new Error(`${channel.id} (#${channel.name}) is archived`);
};

/** The current state of the modal on this person's screen. */
export const requireModal = (host: Host, userId: string, target: string | Modal): Modal => {
  const id = typeof target === 'string' ? target : target.id;
  const stack = modalsOf(host.workspace, userId);
  const modal = stack.find((open) => open.id === id);
  if (modal === undefined) throw new Error(`${userId} has no open modal ${id}`);
  if (stack.at(-1) !== modal) throw new Error(`the modal ${id} is covered by another`);
  return modal;
};
