import { expect, test } from 'vitest';
import { advanceRun } from '../../../src/app/advance-run.ts';
import { approveRun, startRun } from '../../../src/app/decide/plan.ts';
import { approveDecision, decideAtStop } from '../../../src/app/decide/stop.ts';
import { RecordDamaged, type RunStore } from '../../../src/app/ports/run-store.ts';
import { approvalText } from '../../../src/domain/approval/approval.ts';
import { canonical } from '../../../src/domain/digest.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { offers } from '../../../src/domain/stop/offers.ts';
import { plain } from '../../../src/store/audit.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { pick } from '../../faults/chance.ts';
import { recordWriter } from '../../faults/record-writer.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { people } from '../../support/fakes/people.ts';
import { type Look, scriptedHost } from '../../support/fakes/scripted-host.ts';
import { recordKeys, signer } from '../../support/fakes/signer.ts';
import { newPrefix, storyRun, useRedis } from '../../support/redis/redis-runs.ts';
import { seeded } from '../../support/story/random.ts';
import {
  approval,
  broken,
  ended,
  eventsTo,
  hostState,
  plan,
  RUN_ID,
  started,
  steps,
} from '../../support/story/run.ts';
import { ALICE, BOB, site, T } from '../../support/story/site.ts';
import { PLAN, READY, SWITCHING, stage } from '../../support/story/stage.ts';

/** FORGERIES=2000 plays as many, in about two minutes. */
const COUNT = Number(process.env['FORGERIES'] ?? 150);

const SEED = Number(process.env['SEED'] ?? 1);

const CODE_ONLY = plan('code-only');

/** Approved with a code, and with a reason: both are fields that somebody could take out, put in or change. */
const TOTP = plan('full', {}, site({ approval: { expiresMs: 900_000, quorum: 1, factor: 'totp' } }));
const BY_CODE = ((one) => ({ ...one, signature: signer.sign(approvalText(one)) }))(
  approval(TOTP, { factor: 'totp', reason: 'no orders' }),
);

/** Records as bot and worker write them, of runs in every state. */
const HONEST: readonly (readonly RunEvent[])[] = [
  READY.slice(0, 1),
  READY,
  [{ type: 'planned', plan: CODE_ONLY, expiresAt: T.expires }],
  [{ type: 'planned', plan: CODE_ONLY, expiresAt: T.expires }, started(CODE_ONLY)],
  SWITCHING,
  [...SWITCHING, ...steps(['restore', 0], ['static', 1]), ended('hold', 'static', 1, { found: hostState() })],
  [...SWITCHING, ...eventsTo('succeeded', PLAN).slice(3)],
  [...SWITCHING, ...eventsTo('failed', PLAN).slice(3)],
  [...READY, { type: 'cancelled', by: ALICE }],
  [...READY.slice(0, 1), broken(PLAN)],
  [...READY.slice(0, 1), broken(PLAN), ...eventsTo('succeeded', PLAN).slice(2)],
  [{ type: 'planned', plan: TOTP, expiresAt: T.expires }],
  [
    { type: 'planned', plan: TOTP, expiresAt: T.expires },
    { type: 'approved', approval: BY_CODE },
  ],
];

const redis = useRedis();

test(`${COUNT} records that somebody without a key has changed at random lead to nothing`, async () => {
  const outcomes = new Map<string, number>();
  const launched: string[] = [];
  for (let number = 0; number < COUNT; number += 1) {
    const said = await trial(seeded(SEED * 1_000_003 + number));
    outcomes.set(said.outcome, (outcomes.get(said.outcome) ?? 0) + 1);
    launched.push(...said.launched.map((what) => `seed ${SEED}, number ${number}: ${what}`));
  }
  console.info(Object.fromEntries(outcomes));

  expect(launched).toEqual([]);
  // A generator that changes nothing would find nothing.
  expect((outcomes.get('nobody believes the record') ?? 0) / COUNT).toBeGreaterThan(0.4);
});

interface Said {
  readonly outcome: string;
  /** Launches that nobody has approved. */
  readonly launched: readonly string[];
}

async function trial(random: () => number): Promise<Said> {
  const prefix = newPrefix();
  const store = createRunStore(redis.link, { clock: clockAt(T.decided), recordKeys, prefix });
  const events = pick(random, HONEST);
  const honest = await storyRun(store, events);
  const writer = recordWriter(redis.link, random, prefix);
  const before = await writer.read(RUN_ID);
  const edited = edit(before, random);
  const chained = random() < 0.15 ? edited : writer.chain(RUN_ID, edited);
  await writer.write(RUN_ID, chained);
  await writer.reopen(RUN_ID, 'acme-kitchens@production');
  const launches = await everybodyActs(store, honest, events);
  const isPrefix = canonical(plain(before.slice(0, chained.length))) === canonical(plain(chained));
  const allowed = isPrefix ? planOf(events) : null;
  const outcome = await store.read(RUN_ID).then(
    (run) => (run === null ? 'gone' : run.isSealed ? (isPrefix ? 'cut off' : 'believed') : 'without seals'),
    (error: unknown) => (error instanceof RecordDamaged ? 'nobody believes the record' : 'the reader broke'),
  );
  await redis.link.redis.del(...(await keysOf(prefix)));
  return {
    outcome,
    launched: launches
      .filter((one) => one.plan !== allowed)
      .map((one) => `${outcome}, ${writer.style}: ${one.name}`),
  };
}

async function keysOf(prefix: string): Promise<readonly [string, ...string[]]> {
  return [
    `${prefix}:none`,
    ...(await redis.server.admin((admin) => admin.keys(`${prefix.replace(/[{}]/g, '?')}*`))),
  ];
}

/** A run that was cut off before its plan gets a new one. People approve it only if it is the one on their card. */
function whatRuns({ digest, program }: Plan): string {
  return `${digest}\n${program}`;
}

function planOf(events: readonly RunEvent[]): string {
  const planned = events.find(({ type }) => type === 'planned');
  return planned?.type === 'planned' ? whatRuns(planned.plan) : '';
}

/** A worker works on the run, and people press every button that they have seen, honest and eager. */
async function everybodyActs(store: RunStore, honest: Run, events: readonly RunEvent[]) {
  const launches: { readonly name: string; readonly plan: string }[] = [];
  // What the host remembers: the switch has begun there, and the run may have ended.
  const hasBegun = events.some(({ type }) => type === 'switch-started');
  const isOver = honest.end !== null;
  const looks: Look[] = Array.from({ length: 12 }, () =>
    hasBegun || isOver
      ? { status: { kind: 'done', outcome: 'untouched', step: 'expired', code: 0 } }
      : { status: { kind: 'absent' } },
  );
  const host = scriptedHost(
    {
      launch: async (attempt, of: Plan, decision) => {
        if (isOver) return { kind: 'ended' };
        launches.push({
          name: `${attempt.number} ${decision?.action ?? 'switch'}`,
          plan: whatRuns(of),
        });
        return { kind: 'launched' };
      },
    },
    looks,
  );
  const { deps } = stage([], { host, deps: { store } });
  const desk = { ...deps, people: people() };
  const work = () => advanceRun(deps, RUN_ID).catch(onlyDoubts);
  await work();
  const digest = honest.plan?.digest ?? null;
  for (const [press, user] of [
    [approveRun, ALICE],
    [approveRun, BOB],
    [startRun, ALICE],
  ] as const)
    await press(desk, { run: RUN_ID, digest, user }).catch(onlyDoubts);
  await work();
  for (const offer of offers(honest)) {
    // Pressed by the requester alone. Only the last one is a second person's.
    const click = { run: RUN_ID, digest: offer.digest, user: ALICE };
    await decideAtStop(desk, click).catch(onlyDoubts);
    await approveDecision(desk, click).catch(onlyDoubts);
  }
  await work();
  return launches;
}

/**
 * A worker stops at a record that it does not believe, at nonsense without seals, and at a host that has no more to say. The bot
 * logs the first two and tells whoever clicked.
 */
function onlyDoubts(error: unknown): void {
  if (error instanceof RecordDamaged || error instanceof TypeError) return;
  if (error instanceof Error && /nobody should follow|was picked up|no beginning/.test(error.message)) return;
  throw error;
}

/** One to three changes, anywhere. */
function edit(entries: readonly StoredEvent[], random: () => number): readonly StoredEvent[] {
  let now = entries;
  const changes = 1 + Math.floor(random() * 3);
  for (let change = 0; change < changes; change += 1) now = pick(random, EDITS)(now, random);
  return now.map((entry, seq) => ({ ...entry, seq }));
}

type Edit = (entries: readonly StoredEvent[], random: () => number) => readonly StoredEvent[];

const at = (entries: readonly unknown[], random: () => number) => Math.floor(random() * entries.length);

const EDITS: readonly Edit[] = [
  // Any field of any event becomes something else.
  ...Array.from(
    { length: 4 },
    (): Edit => (entries, random) => {
      const index = at(entries, random);
      return entries.map((entry, one) =>
        one === index ? { ...entry, event: withOtherField(entry.event, random) } : entry,
      );
    },
  ),
  (entries, random) => entries.toSpliced(at(entries, random), 1),
  (entries, random) => entries.slice(0, 1 + at(entries, random)),
  (entries, random) => {
    const entry = entries[at(entries, random)];
    return entry === undefined ? entries : entries.toSpliced(at(entries, random), 0, entry);
  },
  // An event of another run, or one that nobody has written.
  (entries, random) => {
    const event = pick(random, pick(random, HONEST));
    return [...entries, { seq: entries.length, at: T.decided, hash: '', event }];
  },
  (entries, random) => {
    const recovery = { action: pick(random, ['retry', 'go-back'] as const), step: 'static', attempt: 2 };
    const event: RunEvent = {
      type: 'recovery-begun',
      recovery,
      by: pick(random, [ALICE, BOB]),
      digest: PLAN.digest,
      expiresAt: T.expires,
      approval: null,
    };
    return [...entries, { seq: entries.length, at: T.decided, hash: '', event }];
  },
];

/** Replaces one value somewhere inside, whatever its depth. */
function withOtherField<T>(value: T, random: () => number): T {
  if (Array.isArray(value)) {
    if (value.length === 0) return ['x'] as T;
    const index = at(value, random);
    return value.map((item: unknown, one) => (one === index ? withOtherField(item, random) : item)) as T;
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    if (keys.length === 0) return { x: 'x' } as T;
    const key = pick(random, keys);
    return { ...value, [key]: withOtherField((value as Record<string, unknown>)[key], random) };
  }
  return pick<unknown>(random, [
    null,
    '',
    'U03CAROL',
    'code-only',
    'none',
    0,
    1,
    99,
    true,
    [],
    'f'.repeat(64),
  ]) as T;
}

test('nothing runs after somebody without a key took the second factor out of an approval, put it in, or changed the reason', async () => {
  const changes: readonly ((of: typeof BY_CODE) => object)[] = [
    ({ factor: _factor, ...rest }) => rest,
    (of) => ({ ...of, reason: 'another one' }),
    ({ reason: _reason, ...rest }) => rest,
  ];
  const without = ((one) => ({ ...one, signature: signer.sign(approvalText(one)) }))(approval(TOTP));
  const planned = { type: 'planned', plan: TOTP, expiresAt: T.expires } as const;
  const cases = [
    ...changes.map((change) => [BY_CODE, change(BY_CODE)] as const),
    [without, { ...without, factor: 'totp' }] as const,
  ];
  const honestly = createRunStore(redis.link, { clock: clockAt(T.decided), recordKeys, prefix: newPrefix() });
  const all: readonly RunEvent[] = [planned, { type: 'approved', approval: BY_CODE }];
  expect(await everybodyActs(honestly, await storyRun(honestly, all), all)).not.toEqual([]);
  for (const [honest, forged] of cases) {
    const prefix = newPrefix();
    const store = createRunStore(redis.link, { clock: clockAt(T.decided), recordKeys, prefix });
    const events: readonly RunEvent[] = [planned, { type: 'approved', approval: honest }];
    const run = await storyRun(store, events);
    const writer = recordWriter(redis.link, seeded(1), prefix);
    const edited = (await writer.read(RUN_ID)).map((entry) =>
      entry.event.type === 'approved'
        ? { ...entry, event: { type: 'approved', approval: forged } as RunEvent }
        : entry,
    );
    await writer.write(RUN_ID, writer.chain(RUN_ID, edited));

    expect(await everybodyActs(store, run, events)).toEqual([]);
    await expect(store.read(RUN_ID)).rejects.toThrow(RecordDamaged);
  }
});
