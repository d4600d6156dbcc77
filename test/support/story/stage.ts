import { type AdvanceDeps, advanceRun } from '../../../src/app/advance-run.ts';
import type { HostSession } from '../../../src/app/ports/host.ts';
import { HOST_PATIENCE } from '../../../src/app/switch/host-silence.ts';
import { approvalText } from '../../../src/domain/approval/approval.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { clockAt } from '../fakes/clock.ts';
import { fitRecord } from '../fakes/fit-record.ts';
import { leases } from '../fakes/leases.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { noTrouble } from '../fakes/no-trouble.ts';
import { pager } from '../fakes/pager.ts';
import { probe } from '../fakes/probe.ts';
import { records } from '../fakes/records.ts';
import { type Look, scriptedHost } from '../fakes/scripted-host.ts';
import { signer } from '../fakes/signer.ts';
import { inventory } from '../fakes/sites.ts';
import { wakeups } from '../fakes/wakeups.ts';
import { approval, plan, RUN_ID, runOf } from './run.ts';
import { request, site, T } from './site.ts';

export const PLAN = plan();
const signedApproval = (() => {
  const one = approval(PLAN);
  return { ...one, signature: signer.sign(approvalText(one)) };
})();
export const READY: readonly RunEvent[] = [
  { type: 'planned', plan: PLAN, expiresAt: T.expires },
  { type: 'approved', approval: signedApproval },
];
export const SWITCHING: readonly RunEvent[] = [...READY, { type: 'switch-started', digest: PLAN.digest }];

export interface Stage {
  readonly host?: ReturnType<typeof scriptedHost>;
  readonly asked?: Parameters<typeof request>[0];
  readonly deps?: Partial<AdvanceDeps>;
}

/** One run with its history, and a worker that can continue it. */
export function stage(
  past: readonly RunEvent[],
  { host = scriptedHost(), asked = {}, deps = {} }: Stage = {},
) {
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  const woken = wakeups();
  const waits: number[] = [];
  store.put(runOf(past, request(asked)), past);
  let pickups = 0;
  const all: AdvanceDeps = {
    store,
    leases: leases(),
    asking: leases(),
    inventory: inventory(site()),
    signer,
    hosts: host.hosts,
    probe,
    records: records(),
    pager: pager(),
    record: fitRecord,
    wakeups: woken,
    clock,
    nearest: () => null,
    wait: async (ms) => {
      waits.push(ms);
    },
    stopping: () => false,
    leaseMs: 10_000,
    patience: HOST_PATIENCE,
    pickupName: () => {
      pickups += 1;
      return `pickup-${pickups}`;
    },
    every: () => () => undefined,
    report: noTrouble,
    ...deps,
  };
  const run = async () => {
    const found = await store.read(RUN_ID);
    if (found === null) throw new Error('the run is gone');
    return found;
  };
  return { store, clock, woken, waits, host, deps: all, run, advance: () => advanceRun(all, RUN_ID) };
}

export const looking = (looks: readonly Look[], answers: Partial<HostSession> = {}) =>
  scriptedHost(answers, looks);
export const done: Look = { status: { kind: 'done', outcome: 'done', step: 'healthy', code: 0 } };
/** The host's answer for a voided attempt. */
export const voided: Look = { status: { kind: 'done', outcome: 'untouched', step: 'expired', code: 0 } };
