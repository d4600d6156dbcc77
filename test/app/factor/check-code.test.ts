import { describe, expect, it } from 'vitest';
import { checkCode, factorProblem } from '../../../src/app/factor/check-code.ts';
import { DAMAGED, type Factors } from '../../../src/app/ports/factors.ts';
import type { FactorRecord } from '../../../src/domain/approval/factor.ts';
import { totp } from '../../../src/totp/totp.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { codeAt, memoryFactors, wrongCodeAt } from '../../support/fakes/factors.ts';
import { BOB, CAROL, T } from '../../support/story/site.ts';

function desk() {
  const factors = memoryFactors([BOB]);
  const clock = clockAt(T.decided);
  return { factors, clock, totp };
}

describe('a code', () => {
  it('counts once', async () => {
    const deps = desk();
    const code = codeAt(T.decided);

    expect(await checkCode(deps, BOB, code)).toMatchObject({ kind: 'accepted' });
    expect(await checkCode(deps, BOB, `${code.slice(0, 3)} ${code.slice(3)}`)).toEqual({ kind: 'used' });
  });

  it('counts for one of twenty who type it at the same moment', async () => {
    const deps = desk();
    const code = codeAt(T.decided);

    const answers = await Promise.all(Array.from({ length: 20 }, () => checkCode(deps, BOB, code)));

    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['accepted', ...Array(19).fill('used')]);
  });

  it('that is wrong five times locks the factor, for the right one as well', async () => {
    const deps = desk();
    const kinds: string[] = [];
    for (let tries = 0; tries < 5; tries += 1)
      kinds.push((await checkCode(deps, BOB, wrongCodeAt(T.decided))).kind);

    expect(kinds).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'locks']);
    expect(await checkCode(deps, BOB, codeAt(T.decided))).toMatchObject({ kind: 'locked' });
    expect(await factorProblem(deps, BOB)).toMatchObject({ kind: 'locked' });
  });

  it('of somebody who is not enrolled, or no longer, counts for nothing', async () => {
    const deps = desk();
    const gone: FactorRecord = { kind: 'removed', serial: 9, at: T.decided };
    deps.factors.kept.set('U09DAVE', JSON.stringify(gone));

    for (const person of [CAROL, 'U09DAVE']) {
      expect(await checkCode(deps, person, codeAt(T.decided))).toEqual({ kind: 'missing' });
      expect(await factorProblem(deps, person)).toEqual({ kind: 'missing' });
    }
    expect(await factorProblem(deps, BOB)).toBeNull();
  });

  it('of somebody whose secret cannot be read counts for nothing', async () => {
    const deps = desk();
    const factors: Factors = { ...deps.factors, read: async () => ({ text: 'x', value: DAMAGED }) };

    expect(await checkCode({ ...deps, factors }, BOB, codeAt(T.decided))).toEqual({ kind: 'damaged' });
    expect(await factorProblem({ ...deps, factors }, BOB)).toEqual({ kind: 'damaged' });
  });

  it('that can be none is not counted', async () => {
    const deps = desk();
    const before = deps.factors.kept.get(BOB);

    expect(await checkCode(deps, BOB, '12345')).toEqual({ kind: 'no-digits' });
    expect(deps.factors.kept.get(BOB)).toBe(before);
  });
});
