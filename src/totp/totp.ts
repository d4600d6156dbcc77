import { Secret, TOTP } from 'otpauth';
import type { Totp } from '../app/ports/totp.ts';

/** RFC 6238 as every app on a phone does it: SHA-1, six digits, 30 seconds. */
const SETTINGS = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

/** In bytes: 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20;

/** In steps: a phone's clock may be 30 seconds off either way. */
const WINDOW = 1;

const ISSUER = 'rollback-bot';

export const totp: Totp = {
  newSecret: () => new Secret({ size: SECRET_BYTES }).base32,
  stepOf: (secret, code, now) => {
    const timestamp = Date.parse(now);
    const delta = TOTP.validate({
      ...SETTINGS,
      secret: Secret.fromBase32(secret),
      token: code,
      timestamp,
      window: WINDOW,
    });
    return delta === null ? null : TOTP.counter({ period: SETTINGS.period, timestamp }) + delta;
  },
  uri: (secret, name) =>
    new TOTP({ ...SETTINGS, secret: Secret.fromBase32(secret), issuer: ISSUER, label: name }).toString(),
};
