import { randomBytes } from 'node:crypto';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const characters = (count) => [...randomBytes(count)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
/** An id in Slack's manner: a letter for the kind, then capitals and digits. */
export const slackId = (prefix) => `${prefix}${characters(10)}`;
/** What Slack puts where an app left out a block_id or an action_id. */
export const generatedKey = () => characters(5);
export const secretPart = () => randomBytes(12).toString('hex');
