/** Which process saw an event happen: the bot sees what people do, a worker sees hosts. */
export type Author = 'bot' | 'worker';

/** Which key an entry of a record is sealed with. */
export interface Seal {
  readonly by: Author;
  /** Names the secret behind the key, 8 hex digits. */
  readonly key: string;
}
