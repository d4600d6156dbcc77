import type { HostState } from '../../domain/run/decision.ts';
import type { Run } from '../../domain/run/run.ts';
import type { HostSession } from '../ports/host.ts';
import { HostError } from '../ports/host-error.ts';

/** The site state on the host now; null if the host can't tell. Errors: HostError if it does not answer. */
export async function stateOnHost(host: HostSession, { id, plan }: Run): Promise<HostState | null> {
  if (plan === null) throw new Error(`${id} has no plan`);
  try {
    return await host.currentState(id, plan);
  } catch (error) {
    // Asking again would bring the same answer, so people read that the state is unknown.
    if (error instanceof HostError && error.failure === 'errored') return null;
    throw error;
  }
}
