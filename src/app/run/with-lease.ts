import type { Leases } from '../ports/workers.ts';
import { Superseded } from './pickup.ts';

export interface LeaseDeps {
  readonly leases: Leases;
  /** A new name for each pickup: two pickups of one process must keep each other out as well. */
  readonly pickupName: () => string;
  /** How long a lease lasts if nobody renews it, in milliseconds. */
  readonly leaseMs: number;
  /** Calls a function every so many milliseconds until the returned one is called. */
  readonly every: (ms: number, work: () => Promise<void>) => () => void;
}

/** Works on a run unless someone else does. False: someone else has it, or has taken it over. */
export async function withLease(
  { leases, pickupName, leaseMs, every }: LeaseDeps,
  runId: string,
  work: (pickup: string) => Promise<void>,
): Promise<boolean> {
  const pickup = pickupName();
  if (!(await leases.take(runId, pickup, leaseMs))) return false;
  const stopRenewing = every(leaseMs / 3, async () => {
    await leases.take(runId, pickup, leaseMs);
  });
  try {
    await work(pickup);
    return true;
  } catch (error) {
    if (error instanceof Superseded) return false;
    throw error;
  } finally {
    stopRenewing();
    await leases.release(runId, pickup);
  }
}
