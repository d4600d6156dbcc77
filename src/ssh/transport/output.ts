import { StringDecoder } from 'node:string_decoder';

const FIRST_BYTES = 4096;

/** Keeps the last `maxBytes` of a stream in bounded memory, whatever the size and number of its chunks. */
export interface Tail {
  push(chunk: Uint8Array): void;
  readonly truncated: boolean;
  /** The kept text. `complete`: the stream ended on its own, so a broken last character comes from the program. */
  text(complete: boolean): string;
}

export function createTail(maxBytes: number): Tail {
  // Copies chunks: a kept slice of a few bytes would hold the whole packet that it came in.
  let bytes = Buffer.alloc(Math.min(FIRST_BYTES, maxBytes * 2));
  let used = 0;
  let truncated = false;

  const makeRoom = (needed: number): void => {
    if (used + needed <= bytes.length) return;
    if (used + needed <= maxBytes * 2) {
      const grown = Buffer.alloc(Math.min(maxBytes * 2, Math.max(bytes.length * 2, used + needed)));
      bytes.copy(grown, 0, 0, used);
      bytes = grown;
      return;
    }
    const keep = Math.min(used, maxBytes - needed);
    bytes.copyWithin(0, used - keep, used);
    used = keep;
  };

  return {
    push(chunk) {
      const last = chunk.length > maxBytes ? chunk.subarray(chunk.length - maxBytes) : chunk;
      if (used + chunk.length > maxBytes) truncated = true;
      makeRoom(last.length);
      bytes.set(last, used);
      used += last.length;
    },
    get truncated() {
      return truncated;
    },
    text(complete) {
      const kept = bytes.subarray(Math.max(0, used - maxBytes), used);
      const decoder = new StringDecoder('utf8');
      const text = decoder.write(truncated ? fromCharacterStart(kept) : kept);
      return complete ? text + decoder.end() : text;
    },
  };
}

/** A cut may fall into a character. Its remaining bytes (at most three, `10xxxxxx`) would decode to nonsense. */
function fromCharacterStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}

/** Hands out text as it arrives, never half a character. */
export interface TextFeed {
  push(chunk: Buffer): void;
  end(): void;
}

export function createTextFeed(onText: ((text: string) => void) | undefined): TextFeed {
  if (onText === undefined) return { push: () => {}, end: () => {} };
  const decoder = new StringDecoder('utf8');
  const hand = (text: string): void => {
    if (text !== '') onText(text);
  };
  return {
    push: (chunk) => hand(decoder.write(chunk)),
    end: () => hand(decoder.end()),
  };
}
