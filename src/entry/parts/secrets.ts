import { createHash, hkdfSync } from 'node:crypto';

/** APPROVAL_SECRET, and what else holds. */
export interface Secrets {
  /** What is sealed or signed from now on has keys of this one. */
  readonly secret: string;
  /** What has keys of these holds as well. */
  readonly alsoAccepted: readonly string[];
}

/** Each purpose has a key of its own, so that a text made for one can't pass for another. */
export function keyFor(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `rollback-bot ${purpose}`, 32));
}

/** Tells secrets apart in records and messages, and says nothing about them. */
export function keyId(secret: string): string {
  return createHash('sha256').update(keyFor(secret, 'key id')).digest('hex').slice(0, 8);
}
