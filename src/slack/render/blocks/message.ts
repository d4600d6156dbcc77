import type { KnownBlock } from '@slack/types';

/** One message. A notification shows its `text`. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}
