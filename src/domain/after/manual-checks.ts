import type { Run } from '../run/run.ts';

/** What only a person can check after a rollback; each becomes a box to tick. */
const BOXES = {
  login: { text: 'Log in to the admin', check: 'admin login' },
  form: { text: 'Send one contact form', check: 'form' },
  phone: { text: 'Look at the homepage on your phone', check: null },
} as const;

export type BoxId = keyof typeof BOXES;

export interface Tick {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface Box {
  readonly id: BoxId;
  readonly text: string;
  /** The check of the proof that does the same; null: there is none. */
  readonly check: string | null;
  /** null: nobody has ticked it, or the tick was taken back. */
  readonly tick: Tick | null;
}

export function boxText(id: BoxId): string {
  return BOXES[id].text;
}

export function isBoxId(text: string): text is BoxId {
  return Object.hasOwn(BOXES, text);
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
