import { describe, expect, it } from 'vitest';
import { checkCode } from '../../../src/app/factor/check-code.ts';
import {
  inviteToEnrol,
  type Offer,
  offerSecret,
  removeFactor,
  takeOffer,
} from '../../../src/app/factor/enrol.ts';
import { enrolledPeople, unenrolledApprovers } from '../../../src/app/factor/unenrolled.ts';
import { DAMAGED, type Factors } from '../../../src/app/ports/factors.ts';
import { INVITATION_MS } from '../../../src/domain/approval/factor.ts';
import type { RunState } from '../../../src/domain/run/run.ts';
import { totp } from '../../../src/totp/totp.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { codeAt, memoryFactors } from '../../support/fakes/factors.ts';
import { plan, runIn } from '../../support/story/run.ts';
import { BOB, CAROL, site, T } from '../../support/story/site.ts';

const WORD = 'ABCD-2345';

function desk(enrolled: readonly string[] = []) {
  const factors = memoryFactors(enrolled);
  const clock = clockAt(T.decided);
  return { factors, clock, totp, newWord: () => WORD };
}

const offered = (given: Offer | string): Offer => {
  if (typeof given === 'string') throw new Error(given);
  return given;
};

const later = (ms: number): string => new Date(Date.parse(T.decided) + ms).toISOString();

describe('somebody who was invited', () => {
  it('enrols with the word, however it is typed, and their code counts from the next one on', async () => {
    const deps = desk();
    await inviteToEnrol(deps, BOB);
    const offer = offered(await offerSecret(deps, BOB, 'abcd2345'));
    const first = codeAt(T.decided, 0, offer.secret);

    expect(await takeOffer(deps, BOB, offer, first)).toBeNull();

    expect(await checkCode(deps, BOB, first)).toEqual({ kind: 'used' });
    deps.clock.set(later(30_000));
    expect(await checkCode(deps, BOB, codeAt(T.decided, 1, offer.secret))).toMatchObject({
      kind: 'accepted',
    });
  });

  it('enrols once with one invitation, also in two windows', async () => {
    const deps = desk();
    await inviteToEnrol(deps, BOB);
    const [one, other] = [
      offered(await offerSecret(deps, BOB, WORD)),
      offered(await offerSecret(deps, BOB, WORD)),
    ];

    expect(await takeOffer(deps, BOB, one, codeAt(T.decided, 0, one.secret))).toBeNull();
    expect(await takeOffer(deps, BOB, other, codeAt(T.decided, 0, other.secret))).toBe('enrolled-already');
    await removeFactor(deps, BOB);
    expect(await takeOffer(deps, BOB, other, codeAt(T.decided, 0, other.secret))).toBe('not-invited');
  });

  it('does not enrol with a wrong first code, and may try again', async () => {
    const deps = desk();
    await inviteToEnrol(deps, BOB);
    const offer = offered(await offerSecret(deps, BOB, WORD));

    expect(await takeOffer(deps, BOB, offer, '12345')).toBe('wrong-code');
    expect(deps.factors.kept.size).toBe(0);
    expect(await takeOffer(deps, BOB, offer, codeAt(T.decided, 0, offer.secret))).toBeNull();
  });

  it('has a quarter of an hour', async () => {
    const deps = desk();
    await inviteToEnrol(deps, BOB);
    const offer = offered(await offerSecret(deps, BOB, WORD));
    deps.clock.set(later(INVITATION_MS));

    expect(await offerSecret(deps, BOB, WORD)).toBe('over');
    expect(await takeOffer(deps, BOB, offer, codeAt(deps.clock.now(), 0, offer.secret))).toBe('over');
  });
});

describe('nobody else', () => {
  it.each([
    ['without an invitation', CAROL, WORD],
    ['without the word, as whoever has only the Slack account', BOB, 'ABCD-2346'],
    ['with no word at all', BOB, ''],
  ])('is shown a secret: %s', async (_, person, word) => {
    const deps = desk();
    await inviteToEnrol(deps, BOB);

    expect(await offerSecret(deps, person, word)).toBe('not-invited');
  });

  it('gets a second secret beside the first, not even at the terminal', async () => {
    const deps = desk([BOB]);

    expect(await offerSecret(deps, BOB, null)).toBe('enrolled-already');
    expect(await inviteToEnrol(deps, BOB)).toBe('enrolled-already');
  });

  it('writes over one that cannot be read, before an operator removes it', async () => {
    const deps = desk([BOB]);
    const factors: Factors = { ...deps.factors, read: async () => ({ text: 'x', value: DAMAGED }) };

    expect(await offerSecret({ ...deps, factors }, BOB, null)).toBe('enrolled-already');
  });
});

describe('a factor that was removed', () => {
  it('counts no more, and can be set up anew, with a higher number', async () => {
    const deps = desk([BOB]);

    expect(await removeFactor(deps, BOB)).toBe(true);
    expect(await removeFactor(deps, BOB)).toBe(false);
    expect(await removeFactor(deps, CAROL)).toBe(false);
    expect(await checkCode(deps, BOB, codeAt(T.decided))).toEqual({ kind: 'missing' });

    const removed = JSON.parse(deps.factors.kept.get(BOB) ?? '');
    const offer = offered(await offerSecret(deps, BOB, null));
    expect(await takeOffer(deps, BOB, offer, codeAt(T.decided, 0, offer.secret))).toBeNull();
    expect(JSON.parse(deps.factors.kept.get(BOB) ?? '').serial).toBeGreaterThan(removed.serial);
  });
});

describe('the approvers without a second factor', () => {
  const where = site({
    approvers: [BOB, CAROL, 'S01ONCALL'],
    approval: { expiresMs: 1, quorum: 1, factor: 'totp' },
  });
  const of = plan('full', {}, where);

  it.each<[RunState, readonly string[]]>([
    ['awaiting-approval', [CAROL]],
    ['awaiting-build-approval', [CAROL]],
    ['needs-decision', [CAROL]],
    ['succeeded', []],
  ])('matter to a run that is %s', async (state, people) => {
    expect(await unenrolledApprovers(memoryFactors([BOB]), runIn(state, of), where)).toEqual(people);
  });

  it('do not matter where none is wanted', async () => {
    expect(await unenrolledApprovers(memoryFactors(), runIn('awaiting-approval'), site())).toEqual([]);
  });

  it('are told from those whose secret cannot be read', async () => {
    const factors = { all: async () => new Map([[BOB, DAMAGED]] as const) };

    expect(await enrolledPeople(factors)).toEqual(new Set());
  });
});
