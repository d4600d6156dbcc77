import { randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const characters = (count: number): string =>
  [...randomBytes(count)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');

/** An id that looks like Slack's: a letter for the kind, then capitals and digits. */
export const slackId = (prefix: string): string => `${prefix}${characters(10)}`;

/** The id that Slack adds if an app leaves out a block_id or an action_id. */
export const generatedKey = (): string => characters(5);

export const secretPart = (): string => randomBytes(12).toString('hex');
