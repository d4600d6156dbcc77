import type { Tick } from '../checklist/confirmation.ts';
import { BOXES, type BoxId, isBoxId } from '../checklist/manual-check-items.ts';
import type { Run } from '../run/run.ts';

export interface Box {
  readonly id: BoxId;
  readonly text: string;
  /** The check of the proof that does the same; null: there is none. */
  readonly check: string | null;
  /** null: nobody has ticked it, or the tick was taken back. */
  readonly tick: Tick | null;
}

/** The boxes of a run that succeeded, without what the proof has done itself; empty in any other state. */
export function boxesOf(run: Run): readonly Box[] {
  if (run.state !== 'succeeded') return [];
  const passed = new Set(run.checks.flatMap(({ name, result }) => (result === 'passed' ? [name] : [])));
  return Object.keys(BOXES)
    .filter(isBoxId)
    .filter((id) => !passed.has(BOXES[id].check ?? ''))
    .map((id) => ({ id, ...BOXES[id], tick: run.ticks[id] ?? null }));
}
