import { describe, expect, it } from 'vitest';
import type { Mode } from '../../../src/domain/plan/mode.ts';
import { type Decision, decisionDigest, type HostState } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { currentChecks, type Run } from '../../../src/domain/run/run.ts';
import { isVerified } from '../../../src/domain/run/verified.ts';
import { offers } from '../../../src/domain/stop/offers.ts';
import { healthy, LIVE } from '../../support/story/evidence.ts';
import {
  decided,
  ended,
  eventsTo,
  goodChecks,
  hostState,
  plan,
  RUN_ID,
  RUN_STATES,
  runIn,
  runOf,
  steps,
} from '../../support/story/run.ts';
import { ALICE, T } from '../../support/story/site.ts';

const USED = 'the site was started on the restored database, and anything entered since then would be lost';
const AGAIN = 'this step has already been retried';

const bad: RunEvent = {
  type: 'verified',
  checks: [...goodChecks, { name: 'admin page', result: 'failed', detail: '500' }],
  health: healthy,
};

/** What can be done, with `2` where a second person has to agree. */
const shown = (run: Run) =>
  offers(run).map(({ decision, secondPerson }) => `${decision.action}${secondPerson === null ? '' : ' 2'}`);

function stoppedAt(step: string, mode: Mode, done: readonly string[], found: Partial<HostState> = {}): Run {
  const all = [...done.map((name) => [name, 0] as const), [step, 1] as const];
  return runOf([
    ...eventsTo('switching', plan(mode)),
    ...steps(...all),
    ended('hold', step, 1, { found: hostState(found) }),
  ]);
}

const UP_TO_RESTORE = ['recheck', 'stop', 'safety-backup', 'checkout', 'restore'];

describe('what people can decide on', () => {
  it('is nothing while nobody has to decide', () => {
    const states = RUN_STATES.filter((state) => offers(runIn(state)).length > 0);

    expect(states).toEqual(['needs-decision']);
  });

  it.each<[string, Run, readonly string[]]>([
    [
      'a restore that broke off',
      stoppedAt('restore', 'full', UP_TO_RESTORE.slice(0, -1)),
      ['retry', 'go-back'],
    ],
    ['static files', stoppedAt('static', 'full', UP_TO_RESTORE), ['retry', 'skip', 'go-back']],
    ['the environment', stoppedAt('environment', 'full', UP_TO_RESTORE), ['retry', 'go-back']],
    [
      'a site that was started and is not healthy',
      stoppedAt('healthy', 'full', [...UP_TO_RESTORE, 'start']),
      ['retry', 'skip', 'go-back 2'],
    ],
    [
      'a site that a reboot has started',
      stoppedAt('static', 'full', UP_TO_RESTORE, { units: [{ name: 'a.service', active: 'active' }] }),
      ['retry', 'skip', 'go-back 2'],
    ],
    [
      'a restore on a database that was restored and used already',
      stoppedAt('restore', 'full', UP_TO_RESTORE, { units: [{ name: 'a.service', active: 'active' }] }),
      ['retry 2', 'go-back 2'],
    ],
    [
      'a restore that has changed nothing, on a site that a reboot has started',
      stoppedAt('restore', 'full', UP_TO_RESTORE, {
        database: 'before',
        units: [{ name: 'a.service', active: 'active' }],
      }),
      ['retry', 'go-back 2'],
    ],
    [
      'a site of which only the code was changed',
      stoppedAt('healthy', 'code-only', ['stop', 'checkout', 'start']),
      ['retry', 'skip', 'go-back'],
    ],
    [
      'a put-back that failed',
      stoppedAt('checkout', 'full', ['stop', 'put-back-stop', 'put-back-checkout']),
      ['go-back'],
    ],
    [
      'a site of which it is not known whether it runs',
      runOf([
        ...eventsTo('switching', plan()),
        ...steps(...UP_TO_RESTORE.map((name) => [name, 0] as const), ['static', 1]),
        ended('hold', 'static', 1),
      ]),
      ['retry', 'skip', 'go-back 2'],
    ],
    ['a foreign database', stoppedAt('static', 'full', UP_TO_RESTORE, { database: 'other' }), []],
    ['a foreign environment', stoppedAt('static', 'full', UP_TO_RESTORE, { environment: 'other' }), []],
  ])('about %s', (_, run, expected) => {
    expect(shown(run)).toEqual(expected);
  });

  it('about a proof that did not hold', () => {
    const proof = runOf([
      ...eventsTo('switching', plan()),
      ...steps(['restore', 0], ['start', 0]),
      ended('done', 'stable', 0),
      bad,
    ]);

    expect(shown(proof)).toEqual(['retry', 'skip', 'go-back 2']);
    expect(offers(proof)[0]?.decision.step).toBe('proof');
  });

  it('asks a second person when the same step is to be tried a third time', () => {
    const of = plan();
    const again = (attempt: number): readonly RunEvent[] => {
      const recovery: Decision = { action: 'retry', step: 'static', attempt };
      const digest = decisionDigest(RUN_ID, of.digest, recovery);
      return [
        { type: 'recovery-begun', recovery, by: ALICE, digest, expiresAt: T.expires, approval: null },
        ended('hold', 'static', 1, { found: hostState() }),
      ];
    };
    const first = [...eventsTo('switching', of), ended('hold', 'static', 1, { found: hostState() })];

    expect(offers(runOf([...first, ...again(2)]))[0]).toMatchObject({
      decision: { action: 'retry', step: 'static', attempt: 3 },
      secondPerson: AGAIN,
    });
  });

  it('asks a second person also if only the host remembers the restore', () => {
    const lost = stoppedAt('healthy', 'full', ['stop', 'checkout'], { ran: ['restore', 'start', 'stop'] });
    const cannotTell = stoppedAt('healthy', 'full', ['stop', 'checkout'], {
      ran: ['restore'],
      units: [{ name: 'a.service', active: 'activating' }],
    });

    expect(offers(lost).at(-1)?.secondPerson).toBe(USED);
    expect(offers(cannotTell).at(-1)?.secondPerson).toMatch(/^the site may have come up/);
  });

  it('says why', () => {
    const run = stoppedAt('healthy', 'full', [...UP_TO_RESTORE, 'start']);
    const comesUp = stoppedAt('static', 'full', UP_TO_RESTORE, {
      units: [{ name: 'a.service', active: 'activating' }],
    });

    expect(offers(run).at(-1)?.secondPerson).toBe(USED);
    expect(offers(comesUp).at(-1)?.secondPerson).toBe(
      'the site may have come up on the restored database, and anything entered then would be lost',
    );
  });

  it('says first what is lost, and only then that it is not the first time', () => {
    const of = plan();
    const recovery: Decision = { action: 'retry', step: 'restore', attempt: 2 };
    const digest = decisionDigest(RUN_ID, of.digest, recovery);
    const run = runOf([
      ...eventsTo('switching', of),
      ...steps(...UP_TO_RESTORE.map((name) => [name, name === 'restore' ? 1 : 0] as const)),
      ended('hold', 'restore', 1, { found: hostState() }),
      { type: 'recovery-begun', recovery, by: ALICE, digest, expiresAt: T.expires, approval: null },
      ended('untouched', 'decision', 0, {
        found: hostState({ units: [{ name: 'a.service', active: 'active' }] }),
      }),
    ]);

    expect(offers(run)[0]).toMatchObject({
      decision: { action: 'retry', step: 'restore' },
      secondPerson: USED,
    });
  });
});

describe('the digest of a decision', () => {
  const decision: Decision = { action: 'retry', step: 'static', attempt: 2 };
  const digest = decisionDigest(RUN_ID, plan().digest, decision);

  it.each<[string, string]>([
    ['another run', decisionDigest('acme-kitchens-8', plan().digest, decision)],
    ['another plan', decisionDigest(RUN_ID, plan('code-only').digest, decision)],
    ['another action', decisionDigest(RUN_ID, plan().digest, { ...decision, action: 'go-back' })],
    ['another step', decisionDigest(RUN_ID, plan().digest, { ...decision, step: 'start' })],
    ['another attempt', decisionDigest(RUN_ID, plan().digest, { ...decision, attempt: 3 })],
  ])('is another one for %s', (_, other) => {
    expect(other).toMatch(/^[0-9a-f]{64}$/);
    expect(other).not.toBe(digest);
  });
});

describe('a proof that failed, and a decision about it that came to nothing', () => {
  const about = (action: Decision['action'], attempt: number) => decided({ action, step: 'proof', attempt });
  const failed = [...eventsTo('verifying'), bad];

  it.each<[string, RunEvent]>([
    ['another deploy', ended('untouched', 'lock', 11, { found: hostState() })],
    ['somebody at work on the host', ended('untouched', 'decide-recheck', 1, { found: hostState() })],
    ['a reboot', ended('interrupted', 'decide-recheck', 1, { found: hostState() })],
  ])('is still in question after %s, and taken as done it is not proven', (_, nothing) => {
    const run = runOf([...failed, about('go-back', 2), nothing]);

    expect(shown(run)).toEqual(['retry', 'skip', 'go-back']);
    expect(currentChecks(run)).toContainEqual({ name: 'admin page', result: 'failed', detail: '500' });
    const taken = runOf([...failed, about('go-back', 2), nothing, about('skip', 3)]);
    expect(taken.state).toBe('succeeded');
    expect(isVerified(taken)).toBe(false);
  });

  it('cannot be taken as done where somebody has checked out something else', () => {
    const moved = ended('untouched', 'decide-recheck', 1, { found: hostState({ code: LIVE }) });

    expect(shown(runOf([...failed, about('go-back', 2), moved]))).toEqual(['retry', 'go-back']);
  });
});
