import type { Plan } from '../../domain/plan/plan.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';

/**
 * For a plan as it is stored, without its program, in bytes. Each read of a run reads it, in every process and for each look
 * while the switch runs: a host must not be able to slow all others down.
 */
const LARGEST = 190_000;

/** What the larger parts hold, for people. */
const PARTS: Readonly<Record<string, string>> = {
  backup: 'tables and migrations in the backup',
  database: 'objects of other roles in the database',
  installed: 'packages',
  loss: 'tables',
  undo: 'tables',
  verdict: 'migrations',
  warnings: 'warnings',
};

/** Whatever a host answers within its limits, all of it together may still be too much. */
export function planSizeRefusal(whole: Plan): Refusal | null {
  const { program: _, ...plan } = whole;
  const size = bytesOf(plan);
  if (size <= LARGEST) return null;
  const [largest = ''] = Object.entries(plan.facts)
    .toSorted(([, a], [, b]) => bytesOf(b) - bytesOf(a))
    .map(([name]) => PARTS[name] ?? 'other facts');
  return refusal(
    'host-unsupported',
    `The plan would have ${kilobytes(size)} KB, and the bot stores none of more than ${kilobytes(LARGEST)}. Most of it are ${largest}.`,
    'Nothing was changed. Look at the host: whatever put so many there has to go first. Or roll back by hand.',
  );
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 1000);
}
