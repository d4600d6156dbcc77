import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import { HostError, type HostFailure } from '../ports/host.ts';
import { Parked, tenureOf } from '../run/pickup.ts';
import { withLease } from '../run/with-lease.ts';
import { closeUndone } from './close-undone.ts';
import { type Duty, NotYet, type TendDeps } from './duty.ts';
import { markRecorded } from './mark-on-host.ts';
import { pruneKept } from './prune.ts';
import { liftQuarantine, placeQuarantine } from './quarantine.ts';
import { remindPeople } from './remind.ts';
import { tellEnd } from './tell-end.ts';
import { writeRecords } from './write-records.ts';

/** In this order. */
const DUTIES: readonly Duty[] = [
  tellEnd,
  markRecorded,
  placeQuarantine,
  liftQuarantine,
  closeUndone,
  remindPeople,
  pruneKept,
  // The last, because a repository may let it wait for minutes.
  writeRecords,
];

const SHORTEST_RETRY_MS = 60_000;

const LONGEST_RETRY_MS = 3_600_000;

/** A site that is missing for so long has been given up, and no longer only left out by one worker. */
const GIVEN_UP_MS = 7 * 24 * 3_600_000;

/** A host that is away is asked again, and there is nothing to say about it; one that refuses needs a person. */
const AWAY: readonly HostFailure[] = ['unreachable', 'timed-out', 'unknown'];

/**
 * Does what an ended run owes by now, and says when to look again. One duty that fails does not keep the others away: it is
 * reported, and tried again with the next look.
 */
export async function tendRun(deps: TendDeps, found: Run): Promise<void> {
  // Whoever wrote its last event may not have heard of that, and have woken nobody.
  await deps.wakeups.show(found.id);
  const site = deps.inventory.byKey(found.request.site);
  if (site === undefined) return deps.store.owe(found, withoutSite(deps, found));
  if (owed(deps, found, site).length === 0) return deps.store.owe(found, nextLook(deps, found, site));
  await withLease(deps, found.id, async () => {
    // Read again: until the lease was ours, somebody else may have done it.
    const run = await deps.store.read(found.id);
    if (run !== null) await fulfilAll(deps, run, site);
  });
}

async function fulfilAll(deps: TendDeps, run: Run, site: Site): Promise<void> {
  const tenure = tenureOf(deps, run);
  for (const duty of owed(deps, run, site)) {
    if (deps.stopping()) break;
    try {
      await duty.fulfil(deps, tenure, site);
    } catch (error) {
      if (error instanceof Parked) throw error;
      if (!isForNow(error)) deps.report(error, run.id);
    }
  }
  await deps.store.owe(tenure.run(), nextLook(deps, tenure.run(), site));
}

/** A worker whose configuration lacks the site, as while a new one is put in place, must not forgive what is owed. */
function withoutSite(deps: TendDeps, { switchStartedAt, endedAt }: Run): string | null {
  const since = Date.parse(deps.clock.now()) - Date.parse(endedAt ?? '');
  return switchStartedAt !== null && since < GIVEN_UP_MS ? later(deps, LONGEST_RETRY_MS) : null;
}

function isForNow(error: unknown): boolean {
  return error instanceof NotYet || (error instanceof HostError && AWAY.includes(error.failure));
}

function owed({ clock }: TendDeps, run: Run, site: Site): readonly Duty[] {
  const now = clock.now();
  return DUTIES.filter((duty) => (duty.dueAt(run, site) ?? '9') <= now);
}

/** What is due already was tried and did not go through: the longer ago the run ended, the more time it is given. */
function nextLook({ clock }: TendDeps, run: Run, site: Site): string | null {
  const times = DUTIES.map((duty) => duty.dueAt(run, site)).filter((time) => time !== null);
  const first = times.toSorted()[0];
  const now = clock.now();
  if (first === undefined || first > now) return first ?? null;
  const age = Date.parse(now) - Date.parse(run.endedAt ?? now);
  const pause = Math.min(Math.max(age / 4, SHORTEST_RETRY_MS), LONGEST_RETRY_MS);
  return later({ clock }, pause);
}

function later({ clock }: Pick<TendDeps, 'clock'>, ms: number): string {
  return new Date(Date.parse(clock.now()) + ms).toISOString();
}
