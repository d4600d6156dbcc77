import type { Leases } from '../ports/workers.ts';
import { Superseded } from './pickup.ts';

export interface LeaseDeps {
  readonly leases: Leases;
  /** A new name for each pickup: two of the same process must keep each other out as well. */
  readonly pickupName: () => string;
  /** How long a lease lasts that is not renewed, in milliseconds. */
  readonly leaseMs: number;
  /** Does something every so many milliseconds until it is called off. */
  readonly every: (ms: number, work: () => Promise<void>) => () => void;
}

/** Works on a run unless somebody else does. False: somebody else has it, or has taken it over. */
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
