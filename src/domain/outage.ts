import { downtimes } from './downtime.ts';
import { restoresDatabase } from './mode.ts';
import type { Run } from './run.ts';

/** From when to when a site did not answer, ISO 8601, by the host's clock; `until` null: it was not seen to answer again. */
export interface Outage {
  readonly since: string;
  readonly until: string | null;
}

/** From the first stop to the last answer, whatever was in between. Null if the site was never stopped. */
export function outageOf(run: Run): Outage | null {
  const all = downtimes(run);
  const first = all[0];
  return first === undefined ? null : { since: first.from, until: all.at(-1)?.until ?? null };
}

/** What visitors and editors have entered that is gone. */
export type LostEntries =
  | { readonly kind: 'nothing' }
  /** `kept`: a dump of it lies on the host. */
  | { readonly kind: 'between'; readonly from: string; readonly until: string; readonly kept: boolean }
  /** A person has finished by hand. */
  | { readonly kind: 'unknown' };

/** After a run has ended with the site up. */
export function lostEntries(run: Run): LostEntries {
  if (run.state === 'closed') return { kind: 'unknown' };
  return run.state === 'succeeded' ? lostByRestore(run) : lostByGoingBack(run);
}

function lostByRestore(run: Run): LostEntries {
  const { plan, steps } = run;
  const backup = plan?.facts.backup;
  const since = outageOf(run)?.since;
  if (!plan || !backup || since === undefined || !restoresDatabase(plan.binding.mode))
    return { kind: 'nothing' };
  return { kind: 'between', from: backup.takenAt, until: since, kept: wentWell(steps, 'safety-backup') };
}

/** Only what was entered while the restored database was in use; what was there before came back. */
function lostByGoingBack({ steps }: Run): LostEntries {
  const restored = steps.findIndex(({ name }) => name === 'put-back-restore');
  const before = steps.slice(0, Math.max(restored, 0));
  const used = before.find(({ name }) => name === 'start');
  const stopped = before.findLast(({ name }) => name === 'put-back-stop');
  if (used === undefined || stopped === undefined) return { kind: 'nothing' };
  return {
    kind: 'between',
    from: used.startedAt,
    until: stopped.startedAt,
    kept: wentWell(steps, 'put-back-keep'),
  };
}

function wentWell(steps: Run['steps'], step: string): boolean {
  return steps.some(({ name, code }) => name === step && code === 0);
}
