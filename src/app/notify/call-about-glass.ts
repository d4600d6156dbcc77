import { isAllowed } from '../../domain/lifecycle/allowed.ts';
import type { CallResult, GlassEvent } from '../../domain/run/event.ts';
import type { Run } from '../../domain/run/run.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import type { Pager } from '../ports/notify.ts';
import type { Clock } from '../ports/outside.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Inventory } from '../ports/site.ts';
import type { Leases } from '../ports/workers.ts';

export interface GlassCallDeps {
  readonly store: RunStore;
  readonly inventory: Inventory;
  readonly clock: Clock;
  readonly pager: Pager;
  /** Apart from those of other work: this must keep nobody from the run, nor from telling stakeholders. */
  readonly glassLeases: Leases;
  readonly pickupName: () => string;
}

/** Longer than the pager tries. */
const CALL_LEASE_MS = 60_000;

/** How long the webhook is tried again after the glass was broken. */
const GIVEN_UP_AFTER_MS = 10 * 60_000;

const AGAIN_MS = 30_000;

/** Whether the paging webhook has not heard of a broken glass yet. */
export function isGlassUntold({ glass }: Run): boolean {
  return glass.told.length < glass.broken.length;
}

/**
 * Tells the paging webhook that somebody broke the glass. Runs beside the work on the run. You may call it at any time, any
 * number of times. Returns when to call it again.
 */
export async function callAboutGlass(
  deps: GlassCallDeps,
  runId: string,
): Promise<{ readonly again: number } | undefined> {
  const found = await deps.store.read(runId);
  if (found === null || !isGlassUntold(found)) return undefined;
  const owner = deps.pickupName();
  if (!(await deps.glassLeases.take(runId, owner, CALL_LEASE_MS))) return { again: AGAIN_MS };
  try {
    // Read again: until we had the lease, someone else may have told it.
    const run = (await deps.store.read(runId)) ?? found;
    const site = deps.inventory.byKey(run.request.site);
    if (site === undefined || !isGlassUntold(run)) return undefined;
    const webhook = await call(deps, run, site);
    if (webhook === null) return { again: AGAIN_MS };
    await write(deps, run, { type: 'glass-told', number: run.glass.told.length + 1, webhook });
    return callAgain(deps, runId);
  } finally {
    await deps.glassLeases.release(runId, owner);
  }
}

/** The glass may have been broken once more in the meantime. */
async function callAgain({ store }: GlassCallDeps, runId: string) {
  const run = await store.read(runId);
  return run !== null && isGlassUntold(run) ? { again: 0 } : undefined;
}

/** null: it did not work, and is tried again. */
async function call({ pager, clock }: GlassCallDeps, run: Run, site: Site): Promise<CallResult | null> {
  const { webhook: url, secret } = site.paging;
  const number = run.glass.told.length + 1;
  const glass = run.glass.broken[number - 1];
  if (url === undefined || glass === undefined) return 'none';
  const error = await pager.page(secret === undefined ? { url } : { url, secret }, {
    incident: `${run.id}-glass-${number}`,
    call: 1,
    run: run.id,
    site: siteKey(site),
    name: site.name,
    text: `Someone broke the glass: ${run.id} on ${site.name} goes ahead without the approval of a second person. Reason: ${glass.reason}`,
    since: glass.at,
  });
  if (error === null) return 'sent';
  const age = Date.parse(clock.now()) - Date.parse(glass.at);
  return age < GIVEN_UP_AFTER_MS ? null : { error };
}

async function write({ store }: GlassCallDeps, run: Run, event: GlassEvent): Promise<void> {
  let now: Run | null = run;
  while (now !== null && isAllowed(now, event)) {
    if ((await store.append(now, event)) !== null) return;
    now = await store.read(run.id);
  }
}
