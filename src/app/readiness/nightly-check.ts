import { siteKey } from '../../domain/site/site.ts';
import type { Nights, ReadinessStore } from '../ports/readiness.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Inventory } from '../ports/site.ts';
import { type CheckSiteDeps, checkSite } from './check-site.ts';

export interface NightDeps extends CheckSiteDeps {
  readonly runs: Pick<RunStore, 'recent' | 'read' | 'activeOn'>;
  readonly readiness: Pick<ReadinessStore, 'writeLook'>;
  readonly nights: Nights;
  readonly inventory: Inventory;
}

/** A rollback that is running changes what a check would see, and has the host to itself. */
const BUSY_MS = 10 * 60_000;

/** The night has come: wakes a worker for each site that wants the check. */
export async function beginNight({ nights, inventory }: NightDeps): Promise<void> {
  for (const site of inventory.sites) if (site.readiness !== undefined) await nights.look(siteKey(site));
}

/**
 * Checks one site, and keeps the findings for Slack and for `/rollback sites`. If a rollback is running, returns when to
 * come again. Errors: throws any error that is not the host's; call it again then.
 */
export async function nightlyCheck(
  deps: NightDeps,
  key: string,
  signal: AbortSignal,
): Promise<{ readonly again: number } | undefined> {
  const site = deps.inventory.byKey(key);
  if (site?.readiness === undefined) return undefined;
  if ((await deps.runs.activeOn(key)) !== null) return { again: BUSY_MS };
  const checked = await checkSite(deps, site, site.readiness, signal);
  // If a rollback has begun meanwhile, the findings say nothing.
  if ((await deps.runs.activeOn(key)) !== null) return { again: BUSY_MS };
  await deps.readiness.writeLook(key, checked);
  await deps.nights.report(key);
  return undefined;
}
