import { createHash } from 'node:crypto';

/** As `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that a public key blob says it has, or '' if it is no such blob. */
export function keyType(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  // No type name is longer than this. A larger number means that the blob is something else.
  if (length === 0 || length > 64 || key.length <= 4 + length) return '';
  return key.toString('latin1', 4, 4 + length);
}
