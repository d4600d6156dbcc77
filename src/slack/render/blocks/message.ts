import type { KnownBlock } from '@slack/types';

/** What one message shows; `text` is what a notification shows of it. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}
