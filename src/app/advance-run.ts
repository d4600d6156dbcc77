import { isHostSilent } from '../domain/run/host-silence.ts';
import { isTerminal, type Run } from '../domain/run/run.ts';
import type { Site } from '../domain/site/site.ts';
import { runTasks } from './after/run-tasks.ts';
import type { TaskDeps } from './after/task.ts';
import { type PagingDeps, pagePeople } from './notify/page-people.ts';
import { measureLoss } from './plan/measure-loss.ts';
import { type PlanDeps, planRollback } from './plan/plan-rollback.ts';
import { HostError } from './ports/host-error.ts';
import type { RunStore } from './ports/run-store.ts';
import { adoptLostRuns } from './run/adopt-runs.ts';
import { pickUp, type RunWriter } from './run/pickup.ts';
import { isExpired, isWaiting } from './run/waiting.ts';
import { withLease } from './run/with-lease.ts';
import { endWithoutSite } from './run/without-site.ts';
import { beginSwitch } from './switch/begin.ts';
import { type AskHostDeps, answersAgain } from './switch/host-silence.ts';
import { launchOrFollow, type SwitchDeps } from './switch/launch-or-follow.ts';
import { type VerifyDeps, verifyRun } from './switch/verify.ts';

export interface AdvanceDeps extends PlanDeps, SwitchDeps, VerifyDeps, PagingDeps, TaskDeps, AskHostDeps {
  readonly store: RunStore;
}

/**
 * Takes a run as far as it goes without people. Every wake-up means just this: read the record, see who has the run, and
 * continue from where it is. You may call it at any time, any number of times.
 */
export async function advanceRun(deps: AdvanceDeps, runId: string): Promise<void> {
  const found = await deps.store.read(runId);
  if (found === null) return;
  if (isTerminal(found.state)) return runTasks(deps, found);
  const isBack = isHostSilent(found) && (await answersAgain(deps, found));
  if (isWaiting(deps, found) && !isBack) return;
  await withLease(deps, runId, (pickup) => workOn(deps, runId, pickup, isBack));
  const now = await deps.store.read(runId);
  if (now !== null && isTerminal(now.state)) await runTasks(deps, now);
}

/** The story of a run, one state after the other: plan, wait for people, launch or follow, verify, or call people. */
async function step(deps: AdvanceDeps, writer: RunWriter, site: Site): Promise<void> {
  const { id, state } = writer.run();
  switch (state) {
    case 'planning':
      return planRollback(deps, writer, site);
    case 'awaiting-build-approval':
      await writer.append({ type: 'expired' });
      return;
    case 'awaiting-approval':
    case 'awaiting-start':
      return measureOrExpire(deps, writer, site);
    case 'ready':
      return beginSwitch(deps, writer, site);
    case 'switching':
      return launchOrFollow(deps, writer, site);
    case 'verifying':
      return verifyRun(deps, writer, site);
    case 'needs-decision':
      return pagePeople(deps, writer, site);
    default:
      throw new Error(`${id} is ${state}: nothing to do`);
  }
}

/** `isBack`: the bot had called people because the host was silent, and now the host answers again. */
async function workOn(deps: AdvanceDeps, runId: string, pickup: string, isBack: boolean): Promise<void> {
  // Read again: until we had the lease, someone else may have written.
  const run = await deps.store.read(runId);
  if (run === null || isTerminal(run.state)) return;
  const goesOn = isBack && isHostSilent(run);
  if (isWaiting(deps, run) && !goesOn) return;
  const site = deps.inventory.byKey(run.request.site);
  if (site === undefined) return endWithoutSite(deps, run, pickup);
  // Ask the host before appending anything. After an append our record is no longer a prefix of the host's copy, and cannot be
  // completed from it.
  if (isExpired(deps, run) && (await hasBegunOnHost(deps, run, site))) return;
  const writer = await pickUp(deps, run, pickup);
  if (goesOn) await launchOrFollow(deps, writer, site);
  while (!deps.stopping() && !isTerminal(writer.run().state) && !isWaiting(deps, writer.run()))
    await step(deps, writer, site);
}

/** Someone wants the loss counted again, or the time for a decision is over. */
async function measureOrExpire(deps: AdvanceDeps, writer: RunWriter, site: Site): Promise<void> {
  if (writer.run().consent?.measuring && !isExpired(deps, writer.run()))
    return measureLoss(deps.hosts, writer, site);
  await writer.append({ type: 'expired' });
}

/**
 * Whether an expired plan has begun after all. Redis may have lost that with its last second of writes, and then the bot
 * must not say that nothing was changed; it takes the run up from its host instead. If the host does not answer, nothing
 * changes.
 */
async function hasBegunOnHost(deps: AdvanceDeps, { id }: Run, site: Site): Promise<boolean> {
  try {
    return (await adoptLostRuns(deps, site)).adopted.includes(id);
  } catch (error) {
    if (error instanceof HostError) return false;
    throw error;
  }
}
