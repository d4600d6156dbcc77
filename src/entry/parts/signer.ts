import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Signer } from '../../app/ports/outside.ts';
import { keyFor, keyId, type Secrets } from './secrets.ts';

/**
 * Signs approvals, starts and the copies of records on hosts: HMAC-SHA256, hex, behind the id of its key. Signatures of older
 * versions have no id; they were made with the secret itself. Comparing takes the same time wherever the texts differ.
 */
export function createSigner({ secret, alsoAccepted }: Secrets): Signer {
  const secrets = [secret, ...alsoAccepted];
  const keys = new Map(secrets.map((one) => [keyId(one), keyFor(one, 'signatures')]));
  return {
    sign: (text) => `${keyId(secret)}.${hmac(keyFor(secret, 'signatures'), text)}`,
    verify: (text, signature) => {
      const [id, hex] = signature.split('.');
      if (hex === undefined) return secrets.some((one) => isEqual(hmac(one, text), signature));
      const key = keys.get(id ?? '');
      return key !== undefined && isEqual(hmac(key, text), hex);
    },
  };
}

function hmac(key: string | Buffer, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex');
}

function isEqual(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
