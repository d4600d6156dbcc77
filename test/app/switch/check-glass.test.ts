import { describe, expect, it } from 'vitest';
import { approvalProblem } from '../../../src/app/switch/check-approval.ts';
import type { BrokenGlass } from '../../../src/domain/approval/glass.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { signer } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { broken, plan, runOf } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';
import { done, looking, stage } from '../../support/story/stage.ts';

const where = (more: Partial<Site> = {}, breakGlass: readonly string[] = [ALICE, CAROL]) =>
  site({ approval: { expiresMs: 900_000, quorum: 2, breakGlass }, ...more });

const OF = plan('full', {}, where());
const WAITING: readonly RunEvent[] = [{ type: 'planned', plan: OF, expiresAt: T.expires }];

describe('what the worker checks of a broken glass', () => {
  const run = (more: Parameters<typeof broken>[1] = {}) =>
    runOf([...WAITING, { ...broken(OF), glass: broken(OF, more).glass }]);
  const forged = { signature: 'f'.repeat(64) };

  it.each<[string, Run, Site, string | null]>([
    ['it is genuine', run(), where(), null],
    ['a group may break it', run(), where({}, ['S01ONCALL']), null],
    ['its signature is made up', run(forged), where(), 'the broken glass has no valid signature for this'],
    [
      'it is of another run',
      run({ run: 'acme-kitchens-8' }),
      where(),
      'the broken glass has no valid signature for this',
    ],
    [
      'it was signed for another expiry',
      run({ expiresAt: '2026-03-01T03:30:00.000Z' }),
      where(),
      'the broken glass has no valid signature for this',
    ],
    ['it came too late', run({ at: T.expires }), where(), 'the glass was broken too late'],
    ['somebody else did it', run({ by: BOB }), where(), `whoever broke the glass may not do so (${BOB})`],
    ['it is off', run(), where({}, []), 'the configuration lets nobody break the glass of this site'],
  ])('%s', (_, broke, at, expected) => {
    expect(approvalProblem(broke, at, signer)).toBe(expected);
  });

  it.each<[string, Partial<BrokenGlass>, string | null]>([
    ['a code was shown', { factor: 'totp' }, null],
    ['no code was shown', {}, 'the glass was broken without the second factor'],
  ])('where the site wants a second factor, and %s', (_, more, expected) => {
    const at = site({
      approval: { expiresMs: 900_000, quorum: 2, breakGlass: [ALICE, CAROL], factor: 'totp' },
    });
    const of = plan('full', {}, at);
    const broke = runOf([{ type: 'planned', plan: of, expiresAt: T.expires }, broken(of, more)]);

    expect(approvalProblem(broke, at, signer)).toBe(expected);
  });

  it('a factor cannot be put in afterwards', () => {
    const one = broken(OF);
    const other = { ...one, glass: { ...one.glass, factor: 'totp' as const } };

    expect(approvalProblem(runOf([...WAITING, other]), where(), signer)).toBe(
      'the broken glass has no valid signature for this',
    );
  });

  it('the reason cannot be changed afterwards', () => {
    const one = broken(OF);
    const other = { ...one, glass: { ...one.glass, reason: 'somebody approved it by phone' } };

    expect(approvalProblem(runOf([...WAITING, other]), where(), signer)).toBe(
      'the broken glass has no valid signature for this',
    );
  });
});

it('a worker starts the switch of a plan whose glass was broken, and not by whoever may not', async () => {
  const end = async (past: readonly RunEvent[]) => {
    const host = looking([{ status: { kind: 'absent' } }, done]);
    const { advance, run } = stage(past, { host, deps: { inventory: inventory(where()) } });
    await advance();
    return { state: (await run()).state, launched: host.calls.includes('launch') };
  };

  expect(await end([...WAITING, broken(OF)])).toEqual({ state: 'succeeded', launched: true });
  expect(await end([...WAITING, broken(OF, { by: BOB })])).toEqual({ state: 'refused', launched: false });
});
