import { restoresDatabase } from '../plan/mode.ts';
import { mayBeUp } from '../run/decision.ts';
import { closedWhileSilent } from '../run/host-silence.ts';
import type { PastStop, Run, Switched } from '../run/run.ts';

/**
 * What the database lacks after a run. Times are ISO 8601, by the host's clock.
 *
 * - `kept`: nothing.
 * - `restored`: what was entered between the backup and the stop. The safety backup has it.
 * - `taken-back`: what was entered while the restored database was live, because the previous one is back. A second safety
 *   backup has it.
 * - `unknown`: the database may have been restored.
 */
export type DataWindow =
  | { readonly kind: 'kept' | 'unknown' }
  | { readonly kind: 'restored' | 'taken-back'; readonly from: string; readonly to: string };

const KEPT: DataWindow = { kind: 'kept' };

export function dataWindow(run: Run): DataWindow {
  const { plan, switched } = run;
  const backup = plan?.facts.backup;
  if (!plan || !backup || !switched || !restoresDatabase(plan.binding.mode)) return KEPT;
  if (closedWhileSilent(run)) return { kind: 'unknown' };
  const { steps, ended } = switched;
  const restored: DataWindow = {
    kind: 'restored',
    from: backup.takenAt,
    to: steps.find(({ name }) => name === 'stop')?.startedAt ?? plan.facts.measuredAt,
  };
  const last = steps.findLast(({ name }) => name === 'restore' || name === 'put-back-restore');
  if (last === undefined) return KEPT;
  if (last.code === 0) return last.name === 'restore' ? restored : takenBack(switched, run.history.stops);
  // A restore is one transaction. If it failed, nothing changed; if it was killed, it may have been committed.
  if (last.name === 'restore' && last.code !== null && last.code < 124) return KEPT;
  if (ended?.found?.database === 'before') return KEPT;
  return ended?.found?.database === 'restored' ? restored : { kind: 'unknown' };
}

/** Between a stop and the decision, systemd may have started a unit again. */
function takenBack({ steps }: Switched, stops: readonly PastStop[]): DataWindow {
  const wasUp = stops.some(({ ended }) => mayBeUp(ended.found));
  const restoredAt = wasUp ? steps.find(({ name, code }) => name === 'restore' && code === 0)?.endedAt : null;
  const from = steps.find(({ name }) => name === 'start')?.startedAt ?? restoredAt ?? undefined;
  const to = steps.findLast(({ name }) => name === 'put-back-stop')?.startedAt;
  return from === undefined || to === undefined ? KEPT : { kind: 'taken-back', from, to };
}
