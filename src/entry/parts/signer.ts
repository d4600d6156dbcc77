import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Signer } from '../../app/ports/outside.ts';

/** HMAC-SHA256, hex. Comparing takes the same time wherever the texts differ. */
export function createSigner(secret: string): Signer {
  const sign = (text: string) => createHmac('sha256', secret).update(text, 'utf8').digest('hex');
  return {
    sign,
    verify: (text, signature) => {
      const expected = Buffer.from(sign(text));
      const given = Buffer.from(signature);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}
