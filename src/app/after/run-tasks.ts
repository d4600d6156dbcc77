import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import { HostError, type HostFailure } from '../ports/host-error.ts';
import { Superseded, writerOf } from '../run/pickup.ts';
import { withLease } from '../run/with-lease.ts';
import { closeUndone } from './close-undone.ts';
import { couldBegin, markRecorded } from './mark-on-host.ts';
import { pruneKept } from './prune.ts';
import { liftQuarantine, placeQuarantine } from './quarantine.ts';
import { remindPeople } from './remind.ts';
import { remindOfReview } from './remind-review.ts';
import { type Task, type TaskDeps, TryLater } from './task.ts';
import { tellEnd } from './tell-end.ts';
import { writeRecords } from './write-records.ts';

/** In this order. */
const TASKS: readonly Task[] = [
  tellEnd,
  markRecorded,
  placeQuarantine,
  liftQuarantine,
  closeUndone,
  remindPeople,
  remindOfReview,
  pruneKept,
  // Last, because a repository may keep it waiting for minutes.
  writeRecords,
];

const SHORTEST_RETRY_MS = 60_000;

const LONGEST_RETRY_MS = 3_600_000;

/** A site that is missing for so long has been given up; it was not just left out of one worker's configuration. */
const GIVEN_UP_MS = 7 * 24 * 3_600_000;

/** The worker asks a silent host again and logs nothing. A host that refuses needs a person. */
const SILENT_HOST: readonly HostFailure[] = ['unreachable', 'timed-out', 'unknown'];

/**
 * Does the tasks of an ended run that are due, and schedules the next time. If one task fails, the others still run; the
 * failed one is reported and tried again next time.
 */
export async function runTasks(deps: TaskDeps, found: Run): Promise<void> {
  // Whoever wrote the last event may not have heard that it was stored, and so has woken nobody.
  await deps.wakeups.show(found.id);
  const site = deps.inventory.byKey(found.request.site);
  if (site === undefined) return deps.store.scheduleTasks(found, withoutSite(deps, found));
  if (dueTasks(deps, found, site).length === 0)
    return deps.store.scheduleTasks(found, nextTime(deps, found, site));
  await withLease(deps, found.id, async () => {
    // Read again: until we had the lease, someone else may have done it.
    const run = await deps.store.read(found.id);
    if (run !== null) await runDueTasks(deps, run, site);
  });
}

async function runDueTasks(deps: TaskDeps, run: Run, site: Site): Promise<void> {
  const writer = writerOf(deps, run);
  for (const task of dueTasks(deps, run, site)) {
    if (deps.stopping()) break;
    try {
      await task.run(deps, writer, site);
    } catch (error) {
      if (error instanceof Superseded) throw error;
      if (!isForNow(error)) deps.report(error, run.id);
    }
  }
  await deps.store.scheduleTasks(writer.run(), nextTime(deps, writer.run(), site));
}

/** A worker whose configuration lacks the site, as while a new one is put in place, must not drop the run's tasks. */
function withoutSite(deps: TaskDeps, run: Run): string | null {
  const { end } = run;
  if (end === null || !couldBegin(run)) return null;
  const since = Date.parse(deps.clock.now()) - Date.parse(end.at);
  return since < GIVEN_UP_MS ? later(deps, LONGEST_RETRY_MS) : null;
}

function isForNow(error: unknown): boolean {
  return error instanceof TryLater || (error instanceof HostError && SILENT_HOST.includes(error.failure));
}

function dueTasks({ clock }: TaskDeps, run: Run, site: Site): readonly Task[] {
  const now = clock.now();
  return TASKS.filter((task) => {
    const due = task.dueAt(run, site);
    return due !== null && due <= now;
  });
}

/** A task that is due already has just failed. The longer ago the run ended, the longer the pause before the next try. */
function nextTime({ clock }: TaskDeps, run: Run, site: Site): string | null {
  const times = TASKS.map((task) => task.dueAt(run, site)).filter((time) => time !== null);
  const first = times.toSorted()[0];
  const now = clock.now();
  if (first === undefined || first > now) return first ?? null;
  const age = Date.parse(now) - Date.parse(run.end?.at ?? now);
  const pause = Math.min(Math.max(age / 4, SHORTEST_RETRY_MS), LONGEST_RETRY_MS);
  return later({ clock }, pause);
}

function later({ clock }: Pick<TaskDeps, 'clock'>, ms: number): string {
  return new Date(Date.parse(clock.now()) + ms).toISOString();
}
