import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrokenGlass, glassText } from '../../../src/domain/approval/glass.ts';
import { pick } from '../chance.ts';
import { ALICE, BOB, CAROL, type Lab } from '../lab.ts';
import { endAll, type Scene } from './family.ts';

export async function cancel({ lab, run, press, random, release, noMoreSteps }: Scene): Promise<void> {
  const cancelled = press.type(ALICE, `/rollback cancel ${run}`);
  const goesOn = random() < 0.3;
  if (goesOn) release();
  await cancelled;
  // The host is told within a second. Half of the trials let it continue before that.
  const turns = random() < 0.5 ? 100 : 0;
  for (let turn = 0; turn < turns; turn += 1) {
    const now = await lab.store.read(run);
    const folder = (now?.switched?.attempt ?? 1) === 1 ? '' : `attempt-${now?.switched?.attempt}/`;
    if (existsSync(lab.host.runFile(run, `${folder}cancel`))) {
      noMoreSteps(goesOn ? 1 : 0);
      break;
    }
    await sleep(20);
  }
  release();
}

export async function allAtOnce({ press, random }: Scene): Promise<void> {
  const clicks: (readonly [string, string])[] = [];
  for (let count = 0; count < 20; count += 1)
    clicks.push([pick(random, [ALICE, BOB, CAROL]), pick(random, ['Approve', 'Start', 'Deny', 'Cancel'])]);
  await Promise.all(clicks.map(([person, label]) => press.button(person, label)));
}

export async function bySame({ press }: Scene): Promise<void> {
  await Promise.all([press.button(BOB, 'Approve'), press.button(BOB, 'Approve'), press.button(BOB, 'Start')]);
}

export async function byRequester({ lab, run, press }: Scene): Promise<boolean> {
  if (!(await press.button(ALICE, 'Approve'))) return false;
  const now = await lab.store.read(run);
  if (now?.state !== 'awaiting-approval') throw new Error(`the requester's own click made it ${now?.state}`);
  return true;
}

/** Writes an approval that nobody gave, or a plan that nobody saw, straight into the record. */
export async function forge({ lab, run: id, random }: Scene): Promise<boolean> {
  const run = await lab.store.read(id);
  const { plan } = run ?? {};
  if (run === null || plan == null) throw new Error('there is no plan to forge an approval for');
  const at = new Date().toISOString();
  const approval = {
    run: id,
    digest: plan.digest,
    approver: random() < 0.5 ? BOB : ALICE,
    requester: ALICE,
    at,
    expiresAt: run.consent?.expiresAt ?? at,
    signature: 'f'.repeat(64),
  };
  if (run.state !== 'awaiting-approval') return false;
  await lab.store.append(run, { type: 'approved', approval });
  await lab.wakeups.advance(id);
  return true;
}

/** Writes into the record that somebody broke the glass, with a signature of nothing, or of something else. */
export function forgeGlass(scene: Scene): Promise<boolean> {
  return breakInRecord(scene, ({ glass, signer, random }) => {
    const other = pick(random, [
      { ...glass, digest: 'e'.repeat(64) },
      { ...glass, run: `${glass.run}0` },
      { ...glass, reason: 'somebody approved it on the phone' },
      { ...glass, expiresAt: new Date(Date.parse(glass.expiresAt) + 60_000).toISOString() },
    ]);
    return { ...glass, signature: random() < 0.3 ? 'f'.repeat(64) : signer.sign(glassText(other)) };
  });
}

/** As the bot would sign it, for somebody whom the configuration does not name. */
export function glassByOthers(scene: Scene): Promise<boolean> {
  return breakInRecord(scene, ({ glass, signer, random }) => {
    const unsigned = { ...glass, by: pick(random, [ALICE, BOB]) };
    return { ...unsigned, signature: signer.sign(glassText(unsigned)) };
  });
}

interface Breaking {
  readonly glass: Omit<BrokenGlass, 'signature'>;
  readonly signer: Lab['auditKeys']['signer'];
  readonly random: () => number;
}

async function breakInRecord(
  { lab, run: id, random }: Scene,
  sign: (breaking: Breaking) => BrokenGlass,
): Promise<boolean> {
  const run = await lab.store.read(id);
  const { plan, consent } = run ?? {};
  if (run === null || plan == null || consent == null)
    throw new Error('there is no plan to break a glass for');
  if (run.state !== 'awaiting-approval') return false;
  const { expiresAt } = consent;
  const reason = 'nobody answers at night';
  const glass = { run: id, digest: plan.digest, by: CAROL, reason, at: new Date().toISOString(), expiresAt };
  const broken = sign({ glass, signer: lab.auditKeys.signer, random });
  await lab.store.append(run, { type: 'glass-broken', glass: broken, told: [] });
  await lab.wakeups.advance(id);
  return true;
}

/** Approved in time, but the worker only comes back when the time is over. */
export async function approvedButLate({ lab, run, press }: Scene): Promise<void> {
  await endAll(lab, ['worker'], 'SIGKILL');
  await press.decide();
  const now = await lab.store.read(run);
  await sleep(Math.max(0, Date.parse(now?.consent?.expiresAt ?? '') - Date.now() + 20));
  await lab.start('worker');
}

export async function expired({ lab, run, press }: Scene): Promise<void> {
  const now = await lab.store.read(run);
  await sleep(Math.max(0, Date.parse(now?.consent?.expiresAt ?? '') - Date.now() + 20));
  await press.decide();
}

/** A second request for a site that has a run. */
export async function secondRequest({ press, release }: Scene): Promise<void> {
  const typed = [
    press.type(BOB, '/rollback acme-kitchens v0.5.0'),
    press.type(ALICE, '/rollback acme-kitchens'),
  ];
  release();
  await Promise.all(typed);
}
