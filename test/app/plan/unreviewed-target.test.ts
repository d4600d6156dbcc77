import { describe, expect, it } from 'vitest';
import { cancelRun } from '../../../src/app/decide/plan.ts';
import type { Approval } from '../../../src/domain/approval/approval.ts';
import { type AskedBuild, buildDigest } from '../../../src/domain/approval/build.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { people } from '../../support/fakes/people.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { inventory } from '../../support/fakes/sites.ts';
import {
  commit,
  findings,
  LIVE,
  liveCommit,
  review,
  survey,
  TARGET,
  UNREVIEWED,
} from '../../support/story/evidence.ts';
import { askedBuild, buildApproved, buildAsked, RUN_ID } from '../../support/story/run.ts';
import { ALICE, CAROL, site, T } from '../../support/story/site.ts';
import { type Stage, stage } from '../../support/story/stage.ts';

const { commit: SHA } = UNREVIEWED;

const BUILT_AT = { tree: '/t', venv: '/v', reused: false, freeBytes: 19 * 1024 ** 3, installed: {} };

const BUILT = ['prepareEnvironment', 'tryStart', 'stageRestore'];

/** The repository has the unreviewed commit, and this is what was typed. */
function host(more: Parameters<typeof scriptedHost>[0] = {}) {
  const commits = { [LIVE]: liveCommit, [TARGET]: commit(), [SHA]: UNREVIEWED };
  return scriptedHost({ resolveVersion: async () => findings({ commit: SHA, commits }), ...more });
}

const asking = (past: readonly RunEvent[] = [], more: Stage = {}) => stage(past, { host: host(), ...more });

const ran = (calls: readonly string[]) => BUILT.filter((name) => calls.some((call) => call.startsWith(name)));

describe('an unreviewed target', () => {
  it('is not built before a second person approves: the run waits, and wakes a worker when its time is over', async () => {
    const { advance, run, woken, host: asked, store } = asking();

    await advance();

    expect(ran(asked.calls)).toEqual([]);
    expect(asked.calls).toContain(`reviewCommit ${SHA.slice(0, 8)}`);
    expect(await run()).toMatchObject({
      state: 'awaiting-build-approval',
      plan: null,
      build: { asked: askedBuild(), expiresAt: '2026-03-01T02:35:00.000Z', approvals: [] },
    });
    expect(woken.advanced).toEqual([[RUN_ID, 15 * 60_000 + 200]]);
    await advance();
    expect(store.types(RUN_ID).filter((type) => type === 'picked-up')).toHaveLength(1);
  });

  it('is not built for a dry run either', async () => {
    const { advance, run, host: asked } = asking([], { asked: { dryRun: true } });

    await advance();

    expect(ran(asked.calls)).toEqual([]);
    expect(await run()).toMatchObject({
      state: 'awaiting-build-approval',
      build: { asked: { dryRun: true } },
    });
  });

  it.each<[string, Parameters<typeof scriptedHost>[0]]>([
    [
      'ran here',
      {
        survey: async () =>
          survey({
            reflog: [
              { commit: LIVE, at: T.upgraded },
              { commit: SHA, at: T.backup },
            ],
          }),
      },
    ],
    ['is on the deployed branch', { reviewCommit: async () => review({ isOnDeployed: true }) }],
  ])('asks nobody if it %s', async (_, answers) => {
    const { advance, run, host: asked } = asking([], { host: host(answers) });

    await advance();

    expect(ran(asked.calls)).toContain('prepareEnvironment');
    expect(await run()).toMatchObject({ state: 'awaiting-approval', build: null });
  });

  it('is built once it is approved, and its plan needs an approval of its own', async () => {
    const { advance, run, host: asked } = asking([buildAsked(), buildApproved()]);

    await advance();

    expect(ran(asked.calls)).toContain('prepareEnvironment');
    expect(await run()).toMatchObject({
      state: 'awaiting-approval',
      plan: {
        binding: { targetCommit: SHA },
        approvalReasons: expect.arrayContaining(['this version has never run here']),
      },
      consent: { approvals: [] },
    });
    expect((await run()).plan?.facts.warnings).toContain(
      'Nobody has reviewed this version: compare its commit, 777777777777.',
    );
  });

  it('was built with the site in reach if the host cannot keep a build away from it: the plan says so', async () => {
    const openly = host({ prepareEnvironment: async () => ({ ...BUILT_AT, confined: false }) });
    const { advance, run } = asking([buildAsked(), buildApproved()], { host: openly });

    await advance();

    expect((await run()).plan?.facts.warnings).toContain(
      "The host can't keep a build away from the site, so what built this version could read .env and change files of the site.",
    );
  });

  it('ends in the plan of a dry run once it is approved', async () => {
    const of = buildAsked({ dryRun: true });
    const { advance, run } = asking([of, buildApproved(of)], { asked: { dryRun: true } });

    await advance();

    expect(await run()).toMatchObject({ state: 'dry-run', plan: { binding: { targetCommit: SHA } } });
  });

  it('expires if nobody decides, and nothing is built', async () => {
    const { advance, run, clock, host: asked } = asking([buildAsked()]);
    clock.set(T.expires);

    await advance();

    expect((await run()).state).toBe('expired');
    expect(asked.calls).toEqual([]);
  });

  it('is not built if its run is cancelled', async () => {
    const { advance, run, deps, host: asked } = asking([buildAsked()]);
    const desk = { ...deps, people: people() };

    await cancelRun(desk, { run: RUN_ID, digest: buildDigest(askedBuild()), user: ALICE });
    await advance();

    expect((await run()).state).toBe('cancelled');
    expect(asked.calls).toEqual([]);
  });
});

describe('the worker builds nothing', () => {
  const forged: readonly (readonly [string, Partial<AskedBuild>, Partial<Approval>, string])[] = [
    ['by the requester', {}, { approver: ALICE }, 'approval-forged'],
    ['for another run', {}, { run: 'acme-kitchens-8' }, 'approval-forged'],
    ['for another digest', {}, { digest: 'f'.repeat(64) }, 'approval-forged'],
    ['for another commit', {}, { digest: buildDigest(askedBuild({ target: commit() })) }, 'approval-forged'],
    ['of another requester', {}, { requester: CAROL }, 'approval-forged'],
    ['that came too late', {}, { at: T.expires }, 'approval-forged'],
    ['with another expiry', {}, { expiresAt: '2026-03-02T00:00:00.000Z' }, 'approval-forged'],
    ['to a question about another site', { site: 'birch-bakery@production' }, {}, 'approval-forged'],
    ['to a question of another run', { run: 'acme-kitchens-8' }, {}, 'approval-forged'],
    ['to a question of somebody else', { requester: CAROL }, {}, 'approval-forged'],
    ['to a question about a dry run', { dryRun: true }, {}, 'approval-forged'],
    [
      'to a question whose commit and facts differ',
      { review: review({ commit: TARGET }) },
      {},
      'approval-forged',
    ],
    ['by somebody who is no longer an approver', {}, { approver: CAROL }, 'approver-not-allowed'],
  ];

  it.each(forged)('on an approval %s', async (_, question, more, code) => {
    const of = buildAsked(question);
    const { advance, run, host: asked } = asking([of, buildApproved(of, more)]);

    await advance();

    expect(ran(asked.calls)).toEqual([]);
    expect(await run()).toMatchObject({ state: 'refused', refusal: { code } });
  });

  it('on an approval whose signature is not ours', async () => {
    const { approval } = buildApproved();
    const {
      advance,
      run,
      host: asked,
    } = asking([buildAsked(), { type: 'approved', approval: { ...approval, signature: 'f'.repeat(64) } }]);

    await advance();

    expect(asked.calls).toEqual([]);
    expect((await run()).refusal).toEqual({
      code: 'approval-forged',
      sentence:
        'The approval to build this version is not valid: it is not signed for this commit by enough people.',
      next: 'Nothing was built or changed. Tell whoever runs the bot, then type the command again.',
    });
  });

  it.each([
    ['without the second factor that the site wants', {}, 'refused'],
    ['with it', { factor: 'totp' }, 'awaiting-approval'],
  ] as const)('on an approval %s, unless it has one', async (_, more, state) => {
    const where = site({ approval: { expiresMs: 900_000, quorum: 1, factor: 'totp' } });
    const of = buildAsked();
    const { advance, run } = asking([of, buildApproved(of, more)], { deps: { inventory: inventory(where) } });

    await advance();

    expect((await run()).state).toBe(state);
  });

  it('on one approval if the site needs two by now', async () => {
    const where = site({ approval: { expiresMs: 900_000, quorum: 2 } });
    const { advance, run } = asking([buildAsked(), buildApproved()], {
      deps: { inventory: inventory(where) },
    });

    await advance();

    expect((await run()).refusal?.code).toBe('approval-forged');
  });

  it('on two approvals by one person', async () => {
    const where = site({ approval: { expiresMs: 900_000, quorum: 2 } });
    const of = buildAsked({ quorum: 2 });
    const { advance, run } = asking([of, buildApproved(of), buildApproved(of)], {
      deps: { inventory: inventory(where) },
    });

    await advance();

    expect((await run()).refusal?.code).toBe('approval-forged');
  });

  it('after the time of the approval', async () => {
    const { advance, run, clock, host: asked } = asking([buildAsked(), buildApproved()]);
    clock.set(T.expires);

    await advance();

    expect(asked.calls).toEqual([]);
    expect((await run()).refusal).toEqual({
      code: 'approval-expired',
      sentence: 'The time to build the version that was approved has run out.',
      next: 'Nothing was built or changed. Type the command again.',
    });
  });

  it('if the version is another commit by now', async () => {
    const other = { ...UNREVIEWED, commit: '8'.repeat(40) };
    const moved = host({
      resolveVersion: async () =>
        findings({ commit: other.commit, commits: { [LIVE]: liveCommit, [other.commit]: other } }),
    });
    const { advance, run } = asking([buildAsked(), buildApproved()], { host: moved });

    await advance();

    expect(ran(moved.calls)).toEqual([]);
    expect((await run()).refusal).toEqual({
      code: 'version-moved',
      sentence:
        'People approved building 777777777777, and by now the version is another commit: 888888888888.',
      next: 'Nothing was built. Type the command again, best with the commit itself.',
    });
  });

  it('on the word of a record that is not sealed', async () => {
    const { advance, run, store, host: asked } = asking([buildAsked(), buildApproved()]);
    store.unseal(RUN_ID);

    await advance();

    expect(asked.calls).toEqual([]);
    expect((await run()).refusal?.code).toBe('record-unsealed');
  });
});
