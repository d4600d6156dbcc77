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

/** A rollback under way changes what would be seen, and has the host to itself. */
const BUSY_MS = 10 * 60_000;

/** The night has come: every site that wants it is looked at, each by whichever worker is free. */
export async function beginNight({ nights, inventory }: NightDeps): Promise<void> {
  for (const site of inventory.sites) if (site.readiness !== undefined) await nights.look(siteKey(site));
}

/**
 * Looks at one site and keeps what was found for Slack and for `sites`. Answers when to come again where a rollback is under
 * way. Errors: throws what is no trouble of the host; to be called again.
 */
export async function nightlyCheck(
  deps: NightDeps,
  key: string,
  signal: AbortSignal,
): Promise<{ readonly again: number } | undefined> {
  const site = deps.inventory.byKey(key);
  if (site?.readiness === undefined) return undefined;
  if ((await deps.runs.activeOn(key)) !== null) return { again: BUSY_MS };
  const look = await checkSite(deps, site, site.readiness, signal);
  // What was seen beside a rollback that began meanwhile says nothing.
  if ((await deps.runs.activeOn(key)) !== null) return { again: BUSY_MS };
  await deps.readiness.writeLook(key, look);
  await deps.nights.report(key);
  return undefined;
}
