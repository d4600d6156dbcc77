import type { Site } from '../../domain/site/site.ts';
import type { Clock, Signer } from '../ports/outside.ts';
import type { RunWriter } from '../run/pickup.ts';
import { approvalRefusal } from './check-approval.ts';

/** People agreed to the plan: checks that once more, and writes down that the switch begins. */
export async function beginSwitch(
  { signer, clock }: { readonly signer: Signer; readonly clock: Clock },
  writer: RunWriter,
  site: Site,
): Promise<void> {
  const run = writer.run();
  const refused = approvalRefusal(run, site, signer, clock.now());
  if (refused !== null) {
    await writer.append({ type: 'refused', refusal: refused });
    return;
  }
  if (run.plan === null) throw new Error(`${run.id} is ready without a plan`);
  // Write this before touching the host. Whoever picks the run up from here asks the host how far it came.
  await writer.append({ type: 'switch-started', digest: run.plan.digest });
}
