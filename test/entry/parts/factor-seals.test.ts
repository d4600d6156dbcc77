import { describe, expect, it } from 'vitest';
import type { SealPurpose } from '../../../src/app/ports/factors.ts';
import { createFactorSeals } from '../../../src/entry/parts/factor-seals.ts';
import { BOB, CAROL } from '../../support/story/site.ts';

const SECRET = 'the first APPROVAL_SECRET, of 32 bytes';
const NEXT = 'the second APPROVAL_SECRET, of 32 bytes';

const seals = createFactorSeals({ secret: SECRET, alsoAccepted: [] });

describe('a sealed text', () => {
  it('is opened for its person and purpose, and for no other', () => {
    const sealed = seals.seal(BOB, 'factor', 'a secret');
    const openings: readonly (readonly [person: string, purpose: SealPurpose, text: string | null])[] = [
      [BOB, 'factor', 'a secret'],
      [CAROL, 'factor', null],
      [BOB, 'invitation', null],
      [BOB, 'offer', null],
    ];

    for (const [person, purpose, text] of openings) expect(seals.open(person, purpose, sealed)).toBe(text);
  });

  it('is another one each time, and shows neither text nor person', () => {
    const [one, other] = [seals.seal(BOB, 'factor', 'a secret'), seals.seal(BOB, 'factor', 'a secret')];

    expect(one).not.toBe(other);
    const bytes = Buffer.from(one.split('.')[1] ?? '', 'base64url').toString('latin1');
    expect(bytes).not.toContain('a secret');
    expect(bytes).not.toContain(BOB);
  });

  it('is opened with a secret that is also accepted, and with no other', () => {
    const sealed = seals.seal(BOB, 'factor', 'a secret');

    expect(createFactorSeals({ secret: NEXT, alsoAccepted: [SECRET] }).open(BOB, 'factor', sealed)).toBe(
      'a secret',
    );
    expect(createFactorSeals({ secret: NEXT, alsoAccepted: [] }).open(BOB, 'factor', sealed)).toBeNull();
  });

  it('is not opened if one bit of it was changed, wherever it is', () => {
    const [id, body = ''] = seals.seal(BOB, 'factor', 'a secret').split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(seals.open(BOB, 'factor', `${id}.${changed.toString('base64url')}`)).toBeNull();
    }
  });

  it.each(['', '.', 'x', 'x.y', '{}', `${SECRET}.AAAA`])('is not %j', (text) => {
    expect(seals.open(BOB, 'factor', text)).toBeNull();
  });
});
