import { describe, expect, it } from 'vitest';
import { advanceRun } from '../../src/app/advance-run.ts';
import { cancelRun } from '../../src/app/decide/plan.ts';
import type { HostSession } from '../../src/app/ports/host.ts';
import { HostError, type HostFailure } from '../../src/app/ports/host-error.ts';
import { StoreUnavailable } from '../../src/app/ports/run-store.ts';
import { recordText } from '../../src/app/run/record-text.ts';
import type { ReasonCode } from '../../src/domain/refusal.ts';
import { type Decision, type DecisionAction, decisionDigest } from '../../src/domain/run/decision.ts';
import type { Check, RunEvent } from '../../src/domain/run/event.ts';
import { type BegunDecision, isTerminal } from '../../src/domain/run/run.ts';
import {
  healthyProbe,
  inventory,
  leases,
  line,
  lines,
  pager,
  people,
  probe,
  scriptedHost,
  signer,
} from '../support/fakes/fakes.ts';
import {
  ALICE,
  approval,
  BOB,
  backup,
  disk,
  ended,
  eventsTo,
  evidence,
  findings,
  healthy,
  hostState,
  LIVE,
  named,
  RUN_ID,
  request,
  site,
  steps,
  survey,
  T,
  TARGET,
} from '../support/story/builders.ts';
import { done, looking, PLAN, READY, type Stage, SWITCHING, stage, voided } from '../support/story/stage.ts';

describe('planning', () => {
  it('ends in a plan that waits for an approval, and wakes a worker when its time is over', async () => {
    const { advance, run, woken, host } = stage([]);

    await advance();

    expect(await run()).toMatchObject({
      state: 'awaiting-approval',
      plan: { binding: { mode: 'full', targetCommit: TARGET, liveCommit: LIVE } },
      consent: { expiresAt: '2026-03-01T02:35:00.000Z' },
    });
    expect(woken.advanced).toEqual([[RUN_ID, 15 * 60_000 + 200]]);
    expect(host.calls).toEqual([
      'connect',
      'survey',
      'database',
      'prepareEnvironment',
      `readBackup ${backup().name}`,
      `stageRestore ${RUN_ID}`,
      `journal ${Date.parse(T.requested) / 1000 - 3600}`,
    ]);
    expect(host.open()).toBe(0);
  });

  it('ends in a plan that waits for Start when nothing is overwritten', async () => {
    const known = [disk('website.0001'), disk('website.0002')];
    const host = scriptedHost({
      database: async () => evidence('code-only').database,
      migrations: async () => known,
    });
    const { advance, run } = stage([], { host });

    await advance();

    expect(await run()).toMatchObject({ state: 'awaiting-start', plan: { binding: { mode: 'code-only' } } });
    expect(host.calls.join()).not.toContain('Backup');
  });

  it('ends a dry run with its plan and gives the site free', async () => {
    const { advance, run, store, woken } = stage([], { asked: { dryRun: true } });

    await advance();

    expect(await run()).toMatchObject({ state: 'dry-run', plan: { binding: { mode: 'full' } } });
    expect(await store.activeOn('acme-kitchens@production')).toBeNull();
    expect(woken.advanced).toEqual([]);
  });

  it('keeps the code where only the database goes back, and asks for its own migrations', async () => {
    const known = [disk('website.0001'), disk('website.0002')];
    const host = scriptedHost({
      database: async () => evidence('database-only').database,
      migrations: async () => known,
    });
    const { advance, run } = stage([], { host, asked: { version: null, mode: 'database-only' } });

    await advance();

    expect((await run()).plan?.binding).toMatchObject({ mode: 'database-only', targetCommit: null });
    expect(host.calls).not.toContain('prepareEnvironment');
  });

  it.each<[HostFailure, ReasonCode, string]>([
    [
      'unreachable',
      'host-unreachable',
      'Nothing was changed. Check that the host answers (ssh -p 22 deploy@10.0.0.5), then ask again.',
    ],
    [
      'timed-out',
      'host-unreachable',
      'Nothing was changed. Check that the host answers (ssh -p 22 deploy@10.0.0.5), then ask again.',
    ],
    [
      'authentication',
      'host-unreachable',
      "Nothing was changed. Add the bot's public key to authorized_keys of deploy@10.0.0.5.",
    ],
    [
      'host-key-unknown',
      'host-key-unknown',
      'Nothing was sent. Compare the fingerprint on the host itself, such as on its console. Then set host.fingerprint, or add it to known_hosts.',
    ],
    [
      'host-key-changed',
      'host-key-changed',
      'Nothing was sent. If the host was not rebuilt, someone may be intercepting the connection: tell whoever runs the host before you change the configuration.',
    ],
    ['unknown', 'host-errored', 'Nothing was changed. Ask again.'],
    [
      'errored',
      'host-errored',
      "Nothing was changed. Ask again, and look at the worker's log if that doesn't help.",
    ],
  ])('says what to do when the host is %s', async (failure, code, next) => {
    const host = scriptedHost({
      connect: async () => {
        throw new HostError(failure, 'what the network said');
      },
    });
    const { advance, run, store } = stage([], { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'refused',
      refusal: {
        code,
        sentence: "The bot can't check the host of Acme Kitchens: what the network said.",
        next,
      },
    });
    expect(await store.activeOn('acme-kitchens@production')).toBeNull();
  });

  it.each<[string, Partial<HostSession>, Stage['asked'], ReasonCode]>([
    ['the host is not fit', { survey: async () => survey({ dirtyFiles: ['a.py'] }) }, {}, 'dirty-tree'],
    ['there is no site', { survey: async () => ({ problem: 'no checkout' }) }, {}, 'host-unsupported'],
    [
      'Redis is away and the health page needs it',
      {
        survey: async () =>
          survey({
            health: { status: 503, word: 'unhealthy', failing: ['cache'] },
            redis: { address: 'localhost:6379', problem: 'does not answer within 2 s' },
          }),
      },
      {},
      'cause-elsewhere',
    ],
    [
      'the database does not answer',
      { database: async () => ({ problem: 'the database does not answer', code: 'cause-elsewhere' }) },
      {},
      'cause-elsewhere',
    ],
    ['the database is away', { database: async () => ({ problem: 'no answer' }) }, {}, 'host-errored'],
    ['the version is unknown', { resolveVersion: async () => findings() }, {}, 'version-unknown'],
    [
      'the target is live already',
      { resolveVersion: async () => findings({ commit: LIVE }) },
      {},
      'already-live',
    ],
    [
      'the target cannot be installed',
      { prepareEnvironment: async () => ({ problem: 'pip cannot install it', detail: 'ERROR: no' }) },
      {},
      'target-not-installable',
    ],
    [
      'the target does not start',
      { startProblem: async () => 'RuntimeError: broken on purpose' },
      {},
      'target-does-not-start',
    ],
    [
      'there is no room for the target',
      { prepareEnvironment: async () => ({ problem: '40 MB free', code: 'disk-space' }) },
      {},
      'disk-space',
    ],
    [
      'the environment does not belong to the code whose database shall go back alone',
      { survey: async () => survey({ unmetPins: [{ name: 'a', wanted: '1', installed: '2' }] }) },
      { version: null, mode: 'database-only' },
      'environment-differs',
    ],
    [
      "the target's migrations cannot be read",
      { migrations: async () => ({ error: 'KeyError' }) },
      {},
      'cannot-tell-migrations',
    ],
    ['the flag would lose data', {}, { mode: 'code-only' }, 'code-only-unsafe'],
    ['no backup is there', { listBackups: async () => [] }, {}, 'backup-missing'],
    [
      'the only backup is cut off',
      { readBackup: async () => backup({ problem: 'it is cut off' }) },
      {},
      'backup-missing',
    ],
    [
      'the backup that was named is cut off',
      { readBackup: async () => backup({ problem: 'it is cut off' }) },
      { backup: backup().name },
      'backup-incomplete',
    ],
    [
      'the backup changed while it was copied',
      { stageRestore: async () => ({ problem: 'it changed' }) },
      {},
      'host-errored',
    ],
    [
      'only the database shall go back and the code cannot be read',
      { migrations: async () => ({ error: 'KeyError' }) },
      { version: null, mode: 'database-only' },
      'cannot-tell-migrations',
    ],
    [
      'only the database shall go back and the backup is of another schema',
      { readBackup: async () => backup({ migrations: [named('website.0001')] }) },
      { version: null, mode: 'database-only' },
      'backup-missing',
    ],
  ])('refuses when %s, and closes the connection', async (_, answers, asked, code) => {
    const host = scriptedHost(answers);
    const { advance, run } = stage([], { host, asked });

    await advance();

    expect(await run()).toMatchObject({ state: 'refused', refusal: { code }, plan: null });
    expect(host.open()).toBe(0);
  });

  it('takes the next backup when the newest does not fit, and says why', async () => {
    const older = backup({ name: 'older.sql.gz', takenAt: '2026-02-01T00:00:00Z' });
    const host = scriptedHost({
      listBackups: async () => [older, backup()],
      readBackup: async ({ name }) =>
        name === older.name ? older : backup({ problem: 'it ends before the dump is complete' }),
    });
    const { advance, run } = stage([], { host });

    await advance();

    expect((await run()).plan?.facts).toMatchObject({
      backup: { name: 'older.sql.gz' },
      otherBackups: [{ name: backup().name, why: 'it ends before the dump is complete' }],
    });
  });

  it('never takes a number that the host has used, and makes the next one free', async () => {
    const host = scriptedHost({ survey: async () => survey({ lastRun: 12 }) });
    const { advance, run, store } = stage([], { host });

    await advance();

    expect(await run()).toMatchObject({ state: 'refused', refusal: { code: 'run-number-taken' } });
    expect(store.skipped).toEqual([['acme-kitchens', 12]]);
  });

  it('stops touching the host when somebody cancels meanwhile', async () => {
    const host = scriptedHost({
      database: async () => {
        await cancelRun(decisions(), { run: RUN_ID, digest: null, user: ALICE });
        return evidence('full').database;
      },
    });
    const scene = stage([], { host });
    const decisions = () => ({ ...scene.deps, people: people() });

    await scene.advance();

    expect(await scene.run()).toMatchObject({ state: 'cancelled', plan: null });
    expect(host.calls).not.toContain('prepareEnvironment');
    expect(host.open()).toBe(0);
  });

  it('ends in an error of our own, and not in a refusal, when the bot itself is broken', async () => {
    const host = scriptedHost({
      survey: async () => {
        throw new TypeError('a bug');
      },
    });
    const { advance, run } = stage([], { host });

    await expect(advance()).rejects.toThrow('a bug');
    expect((await run()).state).toBe('planning');
    expect(host.open()).toBe(0);
  });

  it('gives a plan up that the bot itself cannot make, after a while, and says so', async () => {
    const host = scriptedHost({
      survey: async () => {
        throw new TypeError('a bug');
      },
    });
    const { advance, run } = stage([], { host });

    for (let time = 1; time <= 4; time += 1) await expect(advance()).rejects.toThrow('a bug');
    await advance();

    expect(await run()).toMatchObject({
      state: 'refused',
      refusal: {
        code: 'bot-errored',
        sentence: "The bot couldn't make the plan, by a fault of its own: a bug",
        next: "Nothing was changed. Look at the worker's log. Meanwhile you can roll the site back by hand.",
      },
    });
  });

  it('makes no plan while what is known of the site cannot be asked for', async () => {
    const { deps, run } = stage([]);
    const store = {
      ...deps.store,
      withTasksDue: async () => ['acme-kitchens-3'],
      read: async (id: string) => {
        if (id.endsWith('-3'))
          throw new StoreUnavailable('redis at localhost:6379 does not answer: no reply in time');
        return deps.store.read(id);
      },
    };

    await expect(advanceRun({ ...deps, store }, RUN_ID)).rejects.toThrow('does not answer');

    expect((await run()).state).toBe('planning');
  });

  it('is not kept from a plan by an ended run that cannot be read, and names it where it is of that site', async () => {
    const { deps, run } = stage([]);
    const store = {
      ...deps.store,
      withTasksDue: async () => ['dune-dental-3', 'acme-kitchens-3'],
      read: async (id: string) => {
        if (id.endsWith('-3')) throw new Error(`run ${id}: entry 4 was changed`);
        return deps.store.read(id);
      },
    };

    await advanceRun({ ...deps, store }, RUN_ID);

    expect((await run()).plan?.facts.warnings).toEqual([
      "The record of acme-kitchens-3 can't be read (run acme-kitchens-3: entry 4 was changed), so it's unknown which versions it found not to work.",
    ]);
  });
});

describe('waiting for people', () => {
  it.each(['awaiting-approval', 'awaiting-start'] as const)(
    'ends %s when its time is over',
    async (state) => {
      const { advance, run, clock, host } = stage(eventsTo(state));
      clock.set(T.expires);

      await advance();

      expect((await run()).state).toBe('expired');
      expect(host.calls).toEqual(['connect']);
    },
  );

  it('does not end where its host has kept that it has begun, and Redis has lost that', async () => {
    const whole = [{ type: 'requested', request: request() } as const, ...SWITCHING].map((event, seq) => ({
      seq,
      at: T.planned,
      hash: '',
      event,
    }));
    const record = recordText(RUN_ID, whole, signer);
    // Also where the host has it as one that was recorded: Redis may come from a backup of a time before that.
    const host = looking([], {
      lostRecords: async (active) => (active === RUN_ID ? [{ run: RUN_ID, record }] : []),
    });
    const { advance, run, clock, woken } = stage(SWITCHING.slice(0, 1), { host });
    clock.set(T.expires);

    await advance();

    expect((await run()).state).toBe('switching');
    expect(woken.advanced).toEqual([[RUN_ID, undefined]]);
  });

  it.each(['awaiting-approval', 'awaiting-start', 'needs-decision', 'denied'] as const)(
    'leaves a run alone that is %s',
    async (state) => {
      const { advance, store, host } = stage(eventsTo(state));

      await advance();

      expect(store.types(RUN_ID)).toEqual(eventsTo(state).map((event) => event.type));
      expect(host.calls).toEqual([]);
    },
  );

  it('leaves a run alone that another worker has', async () => {
    const { advance, store } = stage([], { deps: { leases: leases(true) } });

    await advance();

    expect(store.types(RUN_ID)).toEqual([]);
  });

  it('gives its lease back, however it ends', async () => {
    const held = leases();
    const { advance } = stage(READY, {
      host: scriptedHost({}, [{ status: new TypeError('a bug') }]),
      deps: { leases: held },
    });

    await expect(advance()).rejects.toThrow('a bug');
    expect(held.held.size).toBe(0);
  });
});

describe('a run whose site is gone from the configuration', () => {
  it.each([
    ['planning', eventsTo('planning'), 'refused'],
    ['ready', READY, 'refused'],
    ['awaiting-approval', eventsTo('awaiting-approval'), 'expired'],
  ] as const)('ends without any change while %s', async (_, past, state) => {
    const { advance, run, clock, host } = stage(past, { deps: { inventory: inventory() } });
    clock.set(T.expires);

    await advance();

    expect((await run()).state).toBe(state);
    expect(host.calls).toEqual([]);
  });

  it.each([
    ['switching', SWITCHING],
    ['needs-decision', eventsTo('needs-decision')],
  ] as const)('stays as it is once its switch has begun, and is missed aloud: %s', async (state, past) => {
    const { advance, store } = stage(past, { deps: { inventory: inventory() } });

    for (const _ of [1, 2])
      await expect(advance()).rejects.toThrow(
        `${RUN_ID} is ${state}, but acme-kitchens@production is no longer in the configuration: put it back until the run has ended`,
      );
    expect(store.types(RUN_ID)).toEqual(past.map(({ type }) => type));
  });
});

describe('a Redis that could lose the record', () => {
  const unfit = async () => [
    'The append-only file is off, so a restart would lose runs: set "appendonly yes".',
  ];

  it('is no place for a rollback', async () => {
    const { advance, run, host } = stage([], { deps: { record: { problems: unfit, mayBeUnfit: false } } });

    await advance();

    expect(await run()).toMatchObject({
      state: 'refused',
      refusal: {
        code: 'redis-unfit',
        sentence:
          'The bot\'s Redis could lose the record of a rollback. The append-only file is off, so a restart would lose runs: set "appendonly yes".',
      },
    });
    expect(host.calls).toEqual([]);
  });

  it('is said in every plan where the configuration allows it', async () => {
    const { advance, run } = stage([], { deps: { record: { problems: unfit, mayBeUnfit: true } } });

    await advance();

    expect((await run()).plan?.facts.warnings).toContain(
      'The record of this run could get lost: The append-only file is off, so a restart would lose runs: set "appendonly yes".',
    );
  });
});

describe('beginning the switch', () => {
  it('is written down before anything is launched', async () => {
    let atLaunch: readonly string[] = [];
    const host = looking([{ status: { kind: 'absent' } }, done], {
      launch: async () => {
        atLaunch = scene.store.types(RUN_ID);
        return 'launched';
      },
    });
    const scene = stage(READY, { host });

    await scene.advance();

    expect(atLaunch.slice(-1)).toEqual(['switch-started']);
    expect((await scene.run()).state).toBe('succeeded');
  });

  it('is refused when the approval does not hold, with the host untouched', async () => {
    const forged = approval(PLAN, { signature: 'f'.repeat(64) });
    const { advance, run, host } = stage([
      { type: 'planned', plan: PLAN, expiresAt: T.expires },
      { type: 'approved', approval: forged },
    ]);

    await advance();

    expect(await run()).toMatchObject({ state: 'refused', refusal: { code: 'approval-forged' } });
    expect(host.calls).toEqual([]);
  });
});

describe('the switch', () => {
  it('is followed from its launch to its proof, each step written once', async () => {
    const host = looking([
      { status: { kind: 'absent' } },
      { lines: lines('recheck', 'stop'), status: { kind: 'running', quietSeconds: 0 } },
      { ...done, lines: [...lines('start', 'healthy'), line('finish', 'done')] },
    ]);
    const { advance, run, store } = stage(READY, { host });

    await advance();

    expect((await run()).switched?.steps.map((step) => [step.name, step.code])).toEqual([
      ['recheck', 0],
      ['stop', 0],
      ['start', 0],
      ['healthy', 0],
    ]);
    expect(store.types(RUN_ID).filter((type) => type === 'step')).toHaveLength(8);
    expect(await run()).toMatchObject({
      state: 'succeeded',
      switched: { ended: { logTail: 'the end of the log' } },
    });
    expect(host.calls).toEqual([
      'connect',
      'follow 0',
      'keepRecord',
      'launch',
      'follow 0',
      'follow 4',
      'connect',
      'proof',
      `journal ${Date.parse(T.switched) / 1000}`,
      'connect',
      'markRecorded',
      'connect',
      `quarantine ${LIVE} v0.6.0`,
      'connect',
      `prune ${RUN_ID}`,
    ]);
    expect(host.open()).toBe(0);
  });

  it('is not launched again when it is found running or ended', async () => {
    const host = looking([{ status: { kind: 'running', quietSeconds: 0 } }, done]);
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect((await run()).state).toBe('succeeded');
    expect(host.calls).not.toContain('launch');
  });

  it('is launched again, with a pause, where it was claimed and did not begin', async () => {
    const host = looking([
      { status: { kind: 'claimed' } },
      { status: { kind: 'running', quietSeconds: 0 } },
      done,
    ]);
    const { advance, waits } = stage(SWITCHING, { host });

    await advance();

    expect(host.calls.filter((call) => call === 'launch')).toHaveLength(1);
    expect(waits).toEqual([200]);
  });

  it.each(['absent', 'claimed'] as const)(
    'is closed on the host and not launched when the time is over and it is %s',
    async (kind) => {
      const host = looking([
        { status: { kind } },
        { status: { kind: 'done', outcome: 'untouched', step: 'expired', code: 0 } },
      ]);
      const { advance, run, clock } = stage(SWITCHING, { host });
      clock.set(T.expires);

      await advance();

      expect(await run()).toMatchObject({
        state: 'failed',
        switched: { ended: { outcome: 'untouched', step: 'expired' } },
      });
      expect(host.calls).toContain('voidAttempt');
      expect(host.calls).not.toContain('launch');
    },
  );

  it('is followed to its end when it had begun before the time was over', async () => {
    const host = looking([{ status: { kind: 'running', quietSeconds: 0 } }, done]);
    const { advance, run, clock } = stage(SWITCHING, { host });
    clock.set(T.expires);

    await advance();

    expect((await run()).state).toBe('succeeded');
    expect(host.calls).not.toContain('voidAttempt');
  });

  it('is not launched where the run directory belongs to another plan', async () => {
    const host = looking([{ status: { kind: 'absent' } }], {
      launch: async () => ({ claimedBy: 'f'.repeat(64) }),
    });
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'failed',
      switched: {
        ended: {
          outcome: 'untouched',
          step: 'claim',
          logTail: 'the run directory on the host belongs to another plan (ffffffffffff)',
        },
      },
    });
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('needs a person when the program was interrupted; rebooted: %s', async (rebooted, code) => {
    const host = looking([
      { lines: [...lines('recheck'), line('begin', 'stop')], status: { kind: 'interrupted', rebooted } },
    ]);
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'needs-decision',
      switched: { ended: { outcome: 'interrupted', step: 'stop', code } },
    });
  });

  it('does not name a step when the program was interrupted before its first', async () => {
    const host = looking([{ status: { kind: 'interrupted', rebooted: false } }]);
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect((await run()).switched?.ended?.step).toBe('lock');
  });

  it.each([
    ['untouched', 'recheck', 10, 'failed'],
    ['put-back', 'static', 1, 'failed'],
    ['hold', 'restore', 3, 'needs-decision'],
  ] as const)('that ends as %s at %s makes the run %s', async (outcome, step, code, state) => {
    const host = looking([{ status: { kind: 'done', outcome, step, code } }]);
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(await run()).toMatchObject({ state, switched: { ended: { outcome, step, code } } });
  });

  it('goes on without a log where the host has none', async () => {
    const host = looking([{ status: { kind: 'done', outcome: 'untouched', step: 'expired', code: 0 } }], {
      logTail: async () => {
        throw new HostError('errored', 'tail: no such file');
      },
    });
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect((await run()).switched?.ended?.logTail).toBe('');
  });

  it('passes a Cancel on to the host, once', async () => {
    const watches: (() => Promise<void>)[] = [];
    const host = looking([{ status: { kind: 'done', outcome: 'put-back', step: 'static', code: 130 } }]);
    const { advance, run } = stage([...SWITCHING, { type: 'cancel-asked', by: ALICE }], {
      host,
      deps: {
        every: (_ms, work) => {
          watches.push(work);
          return () => undefined;
        },
      },
    });

    await advance();
    for (const watch of [...watches, ...watches]) await watch();

    expect(host.calls.filter((call) => call === 'cancel')).toHaveLength(1);
    expect(await run()).toMatchObject({ state: 'failed', switched: { cancelledBy: ALICE } });
  });

  it('asks the host what is there where a person has to decide', async () => {
    const found = hostState({ health: 503 });
    const host = looking([{ status: { kind: 'done', outcome: 'hold', step: 'healthy', code: 124 } }], {
      currentState: async () => found,
    });
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect((await run()).switched?.ended?.found).toEqual(found);
  });

  it('goes on without that where the host does not say it', async () => {
    const host = looking([{ status: { kind: 'done', outcome: 'hold', step: 'healthy', code: 124 } }], {
      currentState: async () => {
        throw new HostError('errored', 'the program is gone');
      },
    });
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(await run()).toMatchObject({ state: 'needs-decision', switched: { ended: { found: null } } });
  });

  it('counts as never begun where it was interrupted before it stopped anything', async () => {
    const host = looking([{ lines: lines('recheck'), status: { kind: 'interrupted', rebooted: true } }], {
      currentState: async () => hostState({ begun: false }),
    });
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'failed',
      switched: { ended: { outcome: 'untouched', step: 'interrupted' } },
    });
  });

  it('is read on over a new connection when one breaks in the middle, and no step is doubled', async () => {
    const lost = new HostError('unknown', 'the connection was lost');
    const host = looking([
      { lines: lines('recheck', 'stop', 'checkout'), status: lost },
      { ...done, lines: lines('recheck', 'stop', 'checkout', 'static', 'start', 'healthy') },
    ]);
    const { advance, run, store, waits } = stage(SWITCHING, { host });

    await advance();

    const written = (await store.events(RUN_ID)).flatMap(({ event }) =>
      event.type === 'step' ? [`${event.name} ${event.phase}`] : [],
    );
    expect(written).toEqual([...new Set(written)]);
    expect(written).toHaveLength(12);
    expect(waits).toEqual([1_000]);
    expect(host.calls.filter((call) => call === 'follow 0')).toHaveLength(2);
    expect(host.calls.filter((call) => call === 'connect')).toHaveLength(6);
    expect(await run()).toMatchObject({ state: 'succeeded' });
    expect(host.open()).toBe(0);
  });

  it('says that the host does not answer, once, and goes on trying', async () => {
    let tries = 0;
    const host = scriptedHost(
      {
        connect: async () => {
          tries += 1;
          if (tries <= 3) throw new HostError('unreachable', 'no route to host');
        },
      },
      [done],
    );
    const { advance, run, store, waits } = stage(SWITCHING, { host });

    await advance();

    const silence = (await store.events(RUN_ID)).flatMap(({ event }) =>
      event.type.startsWith('host-') ? [event] : [],
    );
    expect(silence).toEqual([{ type: 'host-silent', why: 'no route to host' }, { type: 'host-answers' }]);
    expect(waits).toEqual([1_000, 1_000, 1_000]);
    expect((await run()).state).toBe('succeeded');
  });

  it('is left to the program when this process is asked to stop', async () => {
    let stopping = false;
    const { advance, run } = stage(SWITCHING, {
      host: scriptedHost(
        {
          follow: async (_run, { offset }, onLine) => {
            for (const one of lines('recheck')) onLine(one);
            stopping = true;
            return { status: { kind: 'running', quietSeconds: 0 }, offset };
          },
        },
        [],
      ),
      deps: { stopping: () => stopping },
    });

    await advance();

    expect(await run()).toMatchObject({
      state: 'switching',
      switched: { steps: [{ name: 'recheck', code: 0 }] },
    });
  });

  it('is given up at once by a worker whose run another one has picked up', async () => {
    const host = looking([{ lines: lines('recheck', 'stop'), status: { kind: 'running', quietSeconds: 0 } }]);
    const { advance, run, store } = stage(SWITCHING, { host });
    store.beforeAppend = async (current, [event]) => {
      if (event?.type !== 'step') return;
      store.beforeAppend = async () => undefined;
      await store.append(current, { type: 'picked-up', worker: 'other', epoch: current.epoch + 1 });
    };

    await advance();

    expect(store.types(RUN_ID).slice(-2)).toEqual(['picked-up', 'picked-up']);
    expect((await run()).epoch).toBe(2);
    expect(host.calls.filter((call) => call.startsWith('follow'))).toHaveLength(1);
    expect(host.open()).toBe(0);
  });

  it('is picked up by one of two workers that come at the same moment', async () => {
    const host = looking([{ status: { kind: 'absent' } }, done]);
    const { deps, store } = stage(READY, { host });

    await Promise.all([advanceRun(deps, RUN_ID), advanceRun(deps, RUN_ID)]);

    expect(host.calls.filter((call) => call === 'launch')).toHaveLength(1);
    expect(store.types(RUN_ID).filter((type) => type === 'switch-started')).toHaveLength(1);
  });
});

describe('the proof', () => {
  const BAD_PAGE: Check = { name: 'homepage', result: 'failed', detail: '500 text/html' };
  const VERIFYING = [...SWITCHING, ...steps(['stop', 0], ['healthy', 0]), ended('done', 'healthy', 0)];

  it('ends the run when everything holds', async () => {
    const { advance, run } = stage(VERIFYING, { deps: { probe: healthyProbe } });

    await advance();

    expect(await run()).toMatchObject({
      state: 'succeeded',
      verification: { health: { status: 200, word: 'ok' } },
    });
    expect((await run()).verification?.checks.map((check) => check.name)).toEqual([
      'code',
      'packages',
      'sum-acme-kitchens-gunicorn.service',
      'journal',
      'homepage',
      'form',
    ]);
  });

  it.each<[string, Stage]>([
    [
      'the homepage is broken',
      {
        deps: {
          probe: {
            ...probe,
            smokeTests: async () => ({
              checks: [{ name: 'homepage', result: 'failed', detail: '500 text/html' }],
              health: healthy,
            }),
          },
        },
      },
    ],
    [
      'another code runs',
      {
        host: scriptedHost({
          running: async () => ({
            head: LIVE,
            dirty: false,
            venv: '',
            environment: null,
            installed: {},
            units: [],
          }),
        }),
      },
    ],
    [
      'the journal has an error since the start',
      {
        host: scriptedHost({
          journal: async () => ({
            readAt: 1,
            lines: ['django.db.utils.OperationalError: connection refused'],
          }),
        }),
      },
    ],
  ])('needs a person when %s', async (_, how) => {
    const { advance, run } = stage(VERIFYING, { ...how, deps: { probe: healthyProbe, ...how.deps } });

    await advance();

    expect((await run()).state).toBe('needs-decision');
    expect(isTerminal((await run()).state)).toBe(false);
  });

  it('ends nobody where the look at the pages breaks while the host is still asked', async () => {
    const broken = { ...probe, smokeTests: async () => Promise.reject(new Error('a page without words')) };
    const host = scriptedHost({
      running: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        throw new HostError('errored', 'no proof');
      },
    });
    const { advance, run } = stage(VERIFYING, { host, deps: { probe: broken } });

    const untaken: unknown[] = [];
    const hear = (error: unknown) => void untaken.push(error);
    process.on('unhandledRejection', hear);

    await expect(advance()).rejects.toThrow('a page without words');

    process.off('unhandledRejection', hear);
    expect(untaken).toEqual([]);
    expect((await run()).state).toBe('verifying');
  });

  it('that is tried again reads the journal from where the last one has ended', async () => {
    const errors = [{ what: 'OperationalError', count: 1 }];
    const readAt = Date.parse(T.expires) / 1000;
    const failed: RunEvent = { type: 'verified', checks: [BAD_PAGE], health: healthy, errors, readAt };
    const again: RunEvent = {
      type: 'recovery-begun',
      recovery: { action: 'retry', step: 'proof', attempt: 2 },
      by: BOB,
      digest: 'd',
      expiresAt: T.expires,
      approval: null,
    };
    const { advance, run, host } = stage([...VERIFYING, failed, again], { deps: { probe: healthyProbe } });

    await advance();

    expect(await run()).toMatchObject({ state: 'succeeded', verification: { errors: [] } });
    expect(host.calls).toContain(`journal ${readAt}`);
  });

  it('is left to the next worker where this one is asked to stop while the host is away', async () => {
    let stopping = false;
    const host = scriptedHost({
      running: async () => {
        stopping = true;
        throw new HostError('unreachable', 'no route to host');
      },
    });
    const deps = { probe: healthyProbe, stopping: () => stopping };
    const { advance, run, waits } = stage(VERIFYING, { host, deps });

    await advance();

    expect((await run()).state).toBe('verifying');
    expect(waits).toEqual([]);
  });

  it('says that the journal was not checked where the host does not give it', async () => {
    const host = scriptedHost({
      journal: async () => {
        throw new HostError('timed-out', 'a command on the host did not end within 60 s');
      },
    });
    const { advance, run } = stage(VERIFYING, { host, deps: { probe: healthyProbe } });

    await advance();

    expect(await run()).toMatchObject({ state: 'succeeded', verification: { errors: null } });
    expect((await run()).verification?.checks.find(({ name }) => name === 'journal')).toEqual({
      name: 'journal',
      result: 'not-checked',
      detail: "can't be read: a command on the host did not end within 60 s",
    });
  });

  it('asks a host again that was away for a moment', async () => {
    let away = 2;
    const host = scriptedHost({
      connect: async () => {
        away -= 1;
        if (away >= 0) throw new HostError('unknown', 'the connection to the host was lost');
      },
    });
    const { advance, run, waits } = stage(VERIFYING, { host, deps: { probe: healthyProbe } });

    await advance();

    expect((await run()).state).toBe('succeeded');
    expect(waits).toEqual([5_000, 5_000]);
    expect(host.open()).toBe(0);
  });

  it('needs a person at once when the host is another one', async () => {
    const host = scriptedHost({
      connect: async () => {
        throw new HostError('host-key-changed', 'its key is another one');
      },
    });
    const { advance, run, waits } = stage(VERIFYING, { host });

    await advance();

    expect((await run()).state).toBe('needs-decision');
    expect(waits).toEqual([]);
  });

  it('needs a person when the host cannot be asked what runs', async () => {
    const host = scriptedHost({
      connect: async () => {
        throw new HostError('unreachable', 'no route to host');
      },
    });
    const { advance, run } = stage(VERIFYING, { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'needs-decision',
      verification: {
        checks: [{ name: 'running code', result: 'failed', detail: "can't tell: no route to host" }, {}, {}],
      },
    });
  });
});

describe('a decision', () => {
  const HELD: readonly RunEvent[] = [
    ...SWITCHING,
    ...steps(['restore', 0], ['static', 1]),
    ended('hold', 'static', 1, { found: hostState() }),
  ];
  const begun = (action: DecisionAction, more: Partial<BegunDecision> = {}): RunEvent => {
    const recovery: Decision = { action, step: 'static', attempt: 2 };
    const digest = decisionDigest(RUN_ID, PLAN.digest, recovery);
    return {
      type: 'recovery-begun',
      recovery,
      by: BOB,
      digest,
      expiresAt: T.expires,
      approval: null,
      ...more,
    };
  };

  it('is carried out as an attempt of its own, whose steps are not taken for those before', async () => {
    const launched: unknown[] = [];
    const host = looking(
      [{ status: { kind: 'absent' } }, { ...done, lines: lines('decide-recheck', 'static', 'start') }],
      {
        launch: async (attempt, _plan, recovery) => {
          launched.push([attempt.number, recovery?.action]);
          return 'launched';
        },
      },
    );
    const { advance, run } = stage([...HELD, begun('retry')], { host });

    await advance();

    expect(launched).toEqual([[2, 'retry']]);
    expect(
      (await run()).switched?.steps.map(({ attempt, name, code }) => `${attempt} ${name} ${code}`),
    ).toEqual(['1 restore 0', '1 static 1', '2 decide-recheck 0', '2 static 0', '2 start 0']);
    expect((await run()).state).toBe('succeeded');
  });

  it.each([
    ['put-back', 'failed'],
    ['untouched', 'needs-decision'],
    ['hold', 'needs-decision'],
  ] as const)('that ends as %s makes the run %s', async (outcome, state) => {
    const host = looking([{ status: { kind: 'done', outcome, step: 'go-back', code: 0 } }]);
    const { advance, run } = stage([...HELD, begun('go-back')], { host });

    await advance();

    expect((await run()).state).toBe(state);
  });

  it('is not begun when it comes too late, and closes the door on the host', async () => {
    const host = looking([
      { status: { kind: 'absent' } },
      { status: { kind: 'done', outcome: 'untouched', step: 'expired', code: 0 } },
    ]);
    const { advance, run } = stage([...HELD, begun('retry', { expiresAt: T.requested })], { host });

    await advance();

    expect(host.calls).toContain('voidAttempt');
    expect(host.calls).not.toContain('launch');
    expect(await run()).toMatchObject({
      state: 'needs-decision',
      switched: { ended: { outcome: 'untouched' } },
    });
  });

  it('is not begun where its record does not hold', async () => {
    const host = looking([{ status: { kind: 'absent' } }, voided]);
    const { advance, run } = stage([...HELD, begun('retry', { digest: 'f'.repeat(64) })], { host });

    await advance();

    expect(host.calls).not.toContain('launch');
    expect((await run()).switched?.ended).toMatchObject({
      outcome: 'untouched',
      step: 'decision',
      logTail: "the decision doesn't match its digest",
    });
  });
});

describe('people who do not answer', () => {
  const HELD: readonly RunEvent[] = [...SWITCHING, ended('hold', 'static', 1, { found: hostState() })];
  const where = site({ escalation: [BOB], paging: { everyMs: 300_000, webhook: 'http://pager.test/' } });
  const minutes = (count: number) => new Date(Date.parse(T.decided) + count * 60_000).toISOString();

  function waiting(past: readonly RunEvent[]) {
    const calls = pager();
    const scene = stage(past, { deps: { pager: calls, inventory: inventory(where) } });
    const at = async (count: number) => {
      scene.clock.set(minutes(count));
      await scene.advance();
      return (await scene.run()).stop?.calls.map(({ webhook }) => webhook);
    };
    return { ...scene, calls, at };
  }

  it('are called every five minutes, from the second time on by the webhook as well, until one answers', async () => {
    const { at, calls, store, run } = waiting(HELD);

    expect(await at(4)).toEqual([]);
    expect(await at(5)).toEqual(['none']);
    expect(await at(9)).toEqual(['none']);
    expect(await at(10)).toEqual(['none', 'sent']);
    expect(calls.calls).toEqual([
      {
        incident: `${RUN_ID}-stop-1`,
        call: 2,
        run: RUN_ID,
        site: 'acme-kitchens@production',
        name: 'Acme Kitchens',
        text: 'Acme Kitchens is down. It is on the target code, v0.5.0 (55555555), the target environment and the database from the backup acme-kitchens_db_20260301T014000Z.sql.gz. A rollback waits for a decision in Slack, and nobody has answered.',
        since: T.decided,
      },
    ]);
    await store.append(await run(), { type: 'acknowledged', by: BOB });
    expect(await at(60)).toHaveLength(2);
  });

  it('are told when the webhook did not take the call', async () => {
    const calls = { page: async () => 'it answered 500' };
    const scene = stage(HELD, { deps: { pager: calls, inventory: inventory(where) } });
    for (const count of [5, 10]) {
      scene.clock.set(minutes(count));
      await scene.advance();
    }

    expect((await scene.run()).stop?.calls.at(-1)?.webhook).toEqual({ error: 'it answered 500' });
  });

  it('let what waits for a second person run out', async () => {
    const recovery: Decision = { action: 'go-back', step: 'static', attempt: 2 };
    const asked: RunEvent = { type: 'recovery-asked', recovery, by: BOB, digest: 'd', expiresAt: minutes(3) };
    const { at, run } = waiting([...HELD, asked]);

    expect(await at(2)).toEqual([]);
    expect((await run()).stop?.asked).not.toBeNull();
    await at(3);
    expect(await run()).toMatchObject({ state: 'needs-decision', stop: { asked: null } });
  });
});
