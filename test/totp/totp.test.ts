import { describe, expect, it } from 'vitest';
import { qrCode } from '../../src/totp/qr-code.ts';
import { totp } from '../../src/totp/totp.ts';
import { codeAt, SECRET } from '../support/fakes/factors.ts';

/** RFC 6238, appendix B: the key "12345678901234567890" in base32, and the last six of its eight digits. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('codes', () => {
  it.each([
    ['1970-01-01T00:00:59.000Z', '287082', 1],
    ['2005-03-18T01:58:29.000Z', '081804', 37037036],
    ['2009-02-13T23:31:30.000Z', '005924', 41152263],
    ['2033-05-18T03:33:20.000Z', '279037', 66666666],
  ])('of RFC 6238 at %s', (now, code, step) => {
    expect(totp.stepOf(RFC_SECRET, code, now)).toBe(step);
  });

  it('hold for their step and the one on either side, and for no other', () => {
    const now = '2026-03-01T02:20:15.000Z';
    const step = Math.floor(Date.parse(now) / 30_000);

    expect([-2, -1, 0, 1, 2].map((steps) => totp.stepOf(SECRET, codeAt(now, steps), now))).toEqual([
      null,
      step - 1,
      step,
      step + 1,
      null,
    ]);
  });

  it('of another secret, and what is no code, belong to no step', () => {
    const now = '2026-03-01T02:20:15.000Z';

    expect(totp.stepOf(RFC_SECRET, codeAt(now), now)).toBeNull();
    for (const code of ['', '12345', '1234567', 'abcdef']) expect(totp.stepOf(SECRET, code, now)).toBeNull();
  });
});

describe('a secret', () => {
  it('has 160 random bits', () => {
    const some = Array.from({ length: 50 }, () => totp.newSecret());

    expect(new Set(some).size).toBe(50);
    for (const one of some) expect(one).toMatch(/^[A-Z2-7]{32}$/);
  });

  it('reaches a phone as the address that every app knows, and as a picture of it', () => {
    const uri = totp.uri(SECRET, 'U02BOB');

    expect(uri).toBe(
      `otpauth://totp/rollback-bot:U02BOB?issuer=rollback-bot&secret=${SECRET}&algorithm=SHA1&digits=6&period=30`,
    );
    const lines = qrCode(uri).split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines.join('')).toMatch(/^[ █▀▄]+$/);
  });
});
