import type { HostState } from '../../domain/run/decision.ts';
import type { Run } from '../../domain/run/run.ts';
import type { HostSession } from '../ports/host.ts';
import { HostError } from '../ports/host-error.ts';

/**
 * What is on the host now; null where it says that it cannot tell. Errors: HostError where it gives no answer.
 */
export async function stateOnHost(host: HostSession, { id, plan }: Run): Promise<HostState | null> {
  if (plan === null) throw new Error(`${id} has no plan`);
  try {
    return await host.currentState(id, plan);
  } catch (error) {
    // Asked again it would say the same: people are told that it is not known.
    if (error instanceof HostError && error.failure === 'errored') return null;
    throw error;
  }
}
