import { sha256 } from '../../../src/domain/digest.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { planDigest } from '../../../src/domain/plan/plan.ts';
import { decisionDigest } from '../../../src/domain/run/decision.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import { siteKey } from '../../../src/domain/site/site.ts';
import { pick } from '../chance.ts';
import { ALICE, BOB, CAROL } from '../lab.ts';
import type { RecordWriter } from '../record-writer.ts';
import { BUILD_ATTACKS } from './build-attacks.ts';
import { endAll, over, type Scene } from './family.ts';
import { type Attack, changed, more, upTo } from './record-edits.ts';

const LATER = () => new Date(Date.now() + 600_000).toISOString();

async function finished(scene: Scene): Promise<boolean> {
  await scene.press.decide();
  return (await over(scene, 60_000))?.state === 'succeeded';
}

async function stopped(scene: Scene): Promise<boolean> {
  await scene.press.decide();
  return (await over(scene, 60_000))?.state === 'needs-decision';
}

/** Approved, and taken back before a worker came. The worker has told the host that it ended. */
async function takenBack({ lab, run, press }: Scene): Promise<boolean> {
  await endAll(lab, ['worker'], 'SIGKILL');
  await press.decide();
  await press.type(ALICE, `/rollback cancel ${run}`);
  await lab.start('worker');
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) if ((await lab.store.read(run))?.tasks.marked) return true;
  return false;
}

function planOf(entries: readonly StoredEvent[]): Plan {
  const planned = entries.find(({ event }) => event.type === 'planned')?.event;
  if (planned?.type !== 'planned') throw new Error('there is no plan');
  return planned.plan;
}

/** Every hash and the digest fit: no key is needed for them. */
function withProgram(plan: Plan, program: string, binding: Partial<Plan['binding']> = {}): Plan {
  const next = { ...plan.binding, ...binding, programSha256: sha256(program) };
  return { ...plan, program, binding: next, digest: planDigest(next) };
}

function goBack(entries: readonly StoredEvent[], { run }: Scene, signature: string | null): RunEvent {
  const recovery = { action: 'go-back', step: 'stable', attempt: 2 } as const;
  const digest = decisionDigest(run, planOf(entries).digest, recovery);
  const [at, expiresAt] = [new Date().toISOString(), LATER()];
  const approval =
    signature === null ? null : { run, digest, approver: BOB, requester: ALICE, at, expiresAt, signature };
  return { type: 'recovery-begun', recovery, by: ALICE, digest, expiresAt, approval };
}

const HELD: RunEvent = {
  type: 'switch-ended',
  outcome: 'hold',
  step: 'stable',
  code: 1,
  logTail: '',
  found: null,
};

/** What the attacker's own program leaves, from the directory of the run. */
export const OWNED = '../../../owned';

/** A program is called with `run` and the directory of the run. */
const OWN = `\nid >"$2/${OWNED}"\n`;

export const ATTACKS: readonly Attack[] = [
  {
    name: 'attack: a finished run opened again',
    before: finished,
    edit: (entries, scene) => {
      const start = upTo(entries, 'switch-started');
      return more(start, HELD, goBack(entries, scene, null));
    },
    reopens: true,
  },
  {
    name: 'attack: Go back without its second person',
    fails: 'stable',
    before: stopped,
    edit: (entries, scene) => {
      const kept = entries.filter(({ event }) => event.type !== 'step' || event.name !== 'restore');
      return more(
        kept.map((entry, seq) => ({ ...entry, seq })),
        goBack(entries, scene, null),
      );
    },
  },
  {
    name: 'attack: Go back with an approval that nobody gave',
    fails: 'stable',
    before: stopped,
    edit: (entries, scene) => more(entries, goBack(entries, scene, 'f'.repeat(64))),
  },
  {
    name: 'attack: another program, started alone',
    edit: (entries) =>
      changed(entries, 'planned', (event) => {
        const plan = withProgram(event.plan, `#!/bin/sh${OWN}`, { mode: 'code-only', migrations: 'none' });
        return { ...event, plan: { ...plan, approvalReasons: [] } };
      }),
    press: [
      [ALICE, 'Start'],
      [BOB, 'Approve'],
    ],
  },
  {
    name: 'attack: one line more, approved by somebody who sees the same card',
    edit: (entries) =>
      changed(entries, 'planned', (event) => ({
        ...event,
        plan: withProgram(event.plan, event.plan.program.replace('\n\n', `\n${OWN}\n`)),
      })),
    press: [
      [BOB, 'Approve'],
      [ALICE, 'Start'],
    ],
  },
  {
    name: 'attack: the requester exchanged, and approved alone',
    edit: (entries) =>
      changed(entries, 'requested', (event) => ({
        ...event,
        request: { ...event.request, requester: CAROL },
      })),
    press: [[ALICE, 'Approve']],
  },
  {
    name: 'attack: approved for another site',
    edit: (entries) =>
      changed(entries, 'requested', (event) => ({
        ...event,
        request: { ...event.request, site: 'practice@staging' },
      })),
    press: [
      [BOB, 'Approve'],
      [ALICE, 'Start'],
    ],
  },
  {
    name: 'attack: reasons emptied',
    edit: (entries) =>
      changed(entries, 'planned', (event) => ({
        ...event,
        plan: { ...event.plan, approvalReasons: [], quorum: 1 },
      })),
    press: [[ALICE, 'Start']],
  },
  {
    name: 'attack: an approval written into the record',
    edit: (entries, { run }) => {
      const plan = planOf(entries);
      const [at, expiresAt] = [new Date().toISOString(), LATER()];
      const one = { run, digest: plan.digest, approver: BOB, requester: ALICE, at, expiresAt };
      return more(
        entries,
        plan.approvalReasons.length > 0
          ? { type: 'approved', approval: { ...one, signature: 'f'.repeat(64) } }
          : { type: 'started', by: ALICE, digest: plan.digest, signature: 'f'.repeat(64) },
      );
    },
  },
  {
    name: 'attack: the end of a finished run cut off',
    before: finished,
    edit: (entries, { random }) => {
      const started = entries.findIndex(({ event }) => event.type === 'switch-started');
      return entries.slice(0, pick(random, [started, started + 1, entries.length - 2, entries.length - 1]));
    },
    reopens: true,
    cuts: true,
  },
  {
    name: 'attack: a Cancel cut off',
    before: takenBack,
    edit: (entries) =>
      entries.slice(
        0,
        entries.findIndex(({ event }) => event.type === 'cancelled'),
      ),
    reopens: true,
    cuts: true,
  },
  ...BUILD_ATTACKS,
  {
    name: 'attack: a glass that nobody broke',
    edit: (entries, { run, random }) => {
      const { digest } = planOf(entries);
      const [at, expiresAt, signature] = [new Date().toISOString(), LATER(), 'f'.repeat(64)];
      const by = pick(random, [ALICE, BOB, CAROL]);
      const glass = { run, digest, by, reason: 'nobody answers at night', at, expiresAt, signature };
      return more(entries, { type: 'glass-broken', glass, told: [] });
    },
  },
  { name: 'attack: a record removed', before: finished, edit: () => [], cuts: true },
];

/** Changes the record as the attack says, and lets people press what it hopes for. False: there is nothing to change. */
export async function strikeWith(attack: Attack, scene: Scene, writer: RecordWriter): Promise<boolean> {
  const { lab, run, press } = scene;
  const entries = await writer.read(run);
  const edited = attack.edit(entries, scene);
  if (JSON.stringify(edited) === JSON.stringify(entries)) return false;
  await writer.write(run, attack.cuts === true ? edited : writer.chain(run, edited));
  if (attack.reopens === true) await writer.reopen(run, siteKey(lab.site));
  await lab.heal();
  await Promise.all([lab.wakeups.advance(run), lab.wakeups.show(run)]);
  for (const [person, label] of attack.press ?? []) await press.button(person, label);
  return true;
}
