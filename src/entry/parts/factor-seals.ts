import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { FactorSeals, SealPurpose } from '../../app/ports/factors.ts';
import { keyFor, keyId, type Secrets } from './secrets.ts';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what is kept of people's second factors: AES-256-GCM with a key made from APPROVAL_SECRET, for one person and purpose.
 * The text names its key, so that the secret can be changed: what is written again has the new one.
 */
export function createFactorSeals({ secret, alsoAccepted }: Secrets): FactorSeals {
  const own = keyId(secret);
  const keys = new Map([secret, ...alsoAccepted].map((one) => [keyId(one), keyFor(one, 'second factors')]));
  return {
    seal: (person, purpose, text) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, keyFor(secret, 'second factors'), iv);
      cipher.setAAD(Buffer.from(boundTo(person, purpose)));
      const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${own}.${Buffer.concat([iv, cipher.getAuthTag(), hidden]).toString('base64url')}`;
    },
    open: (person, purpose, sealed) => {
      const [id = '', body = ''] = sealed.split('.');
      const key = keys.get(id);
      return key === undefined ? null : opened(key, boundTo(person, purpose), Buffer.from(body, 'base64url'));
    },
  };
}

function boundTo(person: string, purpose: SealPurpose): string {
  return [purpose, 'of', person].join(' ');
}

function opened(key: Buffer, bound: string, body: Buffer): string | null {
  try {
    const cipher = createDecipheriv(CIPHER, key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(bound));
    cipher.setAuthTag(body.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return cipher.update(body.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + cipher.final('utf8');
  } catch {
    return null;
  }
}
