import type { JsonObject } from './json.ts';

/** The kind of account. It decides what Slack's user object says. */
export type UserKind = 'member' | 'restricted' | 'ultra-restricted' | 'bot' | 'stranger';

export interface User {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly displayName: string;
  readonly realName: string;
  readonly email: string;
  readonly emailConfirmed: boolean;
  readonly tz: string;
  readonly tzOffset: number;
  readonly kind: UserKind;
  readonly deleted: boolean;
}

export interface Group {
  readonly id: string;
  readonly handle: string;
  readonly members: readonly string[];
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
  readonly isExternallyShared: boolean;
  /** The other person, if the channel is a direct message with the bot. */
  readonly directWith?: string;
}

export interface UploadedFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly content: Buffer;
}

/** A message as it was before an edit. */
export interface MessageVersion {
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly until: string;
}

/** One state of a message. An edit makes a new object, so a test can keep what a person saw earlier. */
export interface Message {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly threadTs?: string;
  readonly alsoInChannel: boolean;
  /** Set if only this person sees the message. */
  readonly ephemeralFor?: string;
  readonly editedAt?: string;
  readonly history: readonly MessageVersion[];
  readonly files: readonly UploadedFile[];
  readonly metadata?: JsonObject;
}

/** A modal on one person's screen. */
export interface Modal {
  readonly id: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId?: string;
  readonly hash: string;
  /** The app's view, with generated block and action ids. */
  readonly view: JsonObject;
  /** What the person has chosen and typed so far, as in Slack's `state.values`. */
  readonly entered: Readonly<Record<string, JsonObject>>;
  /** Errors under inputs after a refused submission, by block id. */
  readonly errors: Readonly<Record<string, string>>;
}

export const isBot = (user: User): boolean => user.kind === 'bot';
