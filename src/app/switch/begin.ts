import type { Site } from '../../domain/site/site.ts';
import type { Clock, Signer } from '../ports/outside.ts';
import type { RunWriter } from '../run/pickup.ts';
import { approvalRefusal } from './check-approval.ts';

/** The plan was agreed to: checks that once more, and writes down that the switch begins. */
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
  // Written before the host is touched: whoever picks the run up from here asks the host what became of it.
  await writer.append({ type: 'switch-started', digest: run.plan.digest });
}
