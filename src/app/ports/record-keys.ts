import type { Author, Seal } from '../../domain/run/seal.ts';

/** The keys of the record. Neither Redis nor a host has them, so an entry with a valid seal is one that we have written. */
export interface RecordKeys {
  /** Seals a text: HMAC-SHA256, hex. Errors: throws if this process does not write as any of these authors. */
  seal(
    authors: readonly Author[],
    text: (seal: Seal) => string,
  ): { readonly seal: Seal; readonly hash: string };
  /** The hash that this seal gives this text; null: this process does not have the key. */
  hash(seal: Seal, text: string): string | null;
}
