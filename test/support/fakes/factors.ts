import { Secret, TOTP } from 'otpauth';
import type { Factors, Invitation, Kept } from '../../../src/app/ports/factors.ts';
import type { Enrolment, FactorRecord } from '../../../src/domain/approval/factor.ts';

/** The second factors of people in memory, readable by everyone. What is real about them in Redis has its own tests. */
export function memoryFactors(enrolled: readonly string[] = []): Factors & {
  readonly kept: Map<string, string>;
} {
  const kept = new Map<string, string>();
  const invitations = new Map<string, string>();
  const read = <Value>(from: Map<string, string>, person: string): Kept<Value> | null => {
    const text = from.get(person);
    return text === undefined ? null : { text, value: JSON.parse(text) as Value };
  };
  const write = async (person: string, before: string | null, next: FactorRecord) => {
    if ((kept.get(person) ?? null) !== before) return false;
    kept.set(person, JSON.stringify(next));
    return true;
  };
  for (const person of enrolled) kept.set(person, JSON.stringify(enrolment()));
  return {
    kept,
    read: async (person) => read<FactorRecord>(kept, person),
    write,
    all: async () =>
      new Map([...kept].map(([person, text]) => [person, JSON.parse(text) as FactorRecord] as const)),
    invite: async (person, invitation) => void invitations.set(person, JSON.stringify(invitation)),
    invitation: async (person) => read<Invitation>(invitations, person),
    accept: async (person, invitation, before, next) => {
      if (invitations.get(person) !== invitation || !(await write(person, before, next))) return false;
      invitations.delete(person);
      return true;
    },
  };
}

/** The secret of everyone in tests, base32. */
export const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

export function enrolment(more: Partial<Enrolment> = {}): Enrolment {
  return {
    kind: 'enrolled',
    serial: 1,
    secret: SECRET,
    since: '2026-02-01T12:00:00.000Z',
    lastStep: 0,
    wrongAt: [],
    lockedUntil: null,
    ...more,
  };
}

/** The code that a phone shows at this moment, or so many steps of 30 seconds from it. */
export function codeAt(iso: string, steps = 0, secret = SECRET): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.parse(iso) + steps * 30_000 });
}

/** Six digits that are none of the codes around this moment. */
export function wrongCodeAt(iso: string): string {
  const right = [-1, 0, 1].map((steps) => codeAt(iso, steps));
  return ['000000', '111111', '222222', '333333'].find((code) => !right.includes(code)) ?? '';
}
