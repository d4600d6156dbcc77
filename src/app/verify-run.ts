import type { Check } from '../domain/event.ts';
import { proofChecks } from '../domain/proof.ts';
import type { Site } from '../domain/site.ts';
import { HostError, type Hosts } from './host-port.ts';
import type { SiteProbe } from './ports.ts';
import type { Tenure } from './tenure.ts';

export interface VerifyDeps {
  readonly hosts: Hosts;
  readonly probe: SiteProbe;
}

/** The proof that the site works: what runs is the target's, it stays up, and it answers as its visitors need it to. */
export async function verifyRun(deps: VerifyDeps, tenure: Tenure, site: Site): Promise<void> {
  await tenure.append({ type: 'looked', what: 'whether what runs is the target, stays up and answers' });
  const [onHost, smoke] = await Promise.all([hostChecks(deps, tenure, site), deps.probe.smokeTests(site)]);
  const health = await deps.probe.health(site);
  await tenure.append({ type: 'verified', checks: [...onHost, ...smoke], health });
}

async function hostChecks(deps: VerifyDeps, tenure: Tenure, site: Site): Promise<readonly Check[]> {
  const { plan, steps } = tenure.run();
  if (plan === null) throw new Error(`${tenure.run().id} is being verified without a plan`);
  const stopped =
    steps.find((step) => step.name === 'stop')?.startedAt ?? steps[0]?.startedAt ?? plan.facts.measuredAt;
  const since = Date.parse(stopped) / 1000;
  try {
    const host = await deps.hosts.connect(site);
    try {
      const units = plan.facts.units.map((unit) => unit.name);
      return proofChecks(
        await host.proof(units, Object.keys(plan.facts.installed), since),
        plan,
        site.root,
        since,
      );
    } finally {
      host.close();
    }
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return [{ name: 'running code', result: 'failed', detail: `cannot be established: ${error.message}` }];
  }
}
