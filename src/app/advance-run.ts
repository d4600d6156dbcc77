import { isAllowed } from '../domain/lifecycle/allowed.ts';
import { refusal } from '../domain/refusal.ts';
import type { RunEvent } from '../domain/run/event.ts';
import { isHostSilent } from '../domain/run/host-silence.ts';
import { isTerminal, type Run } from '../domain/run/run.ts';
import type { Site } from '../domain/site/site.ts';
import { nextPageAt } from '../domain/stop/calls.ts';
import { runTasks } from './after/run-tasks.ts';
import type { TaskDeps } from './after/task.ts';
import { type PagingDeps, pagePeople } from './notify/page-people.ts';
import { measureLoss } from './plan/measure-loss.ts';
import { type PlanDeps, planRollback } from './plan/plan-rollback.ts';
import { HostError } from './ports/host.ts';
import type { Signer } from './ports/outside.ts';
import type { RunStore } from './ports/run-store.ts';
import { adoptLostRuns } from './run/adopt-runs.ts';
import { pickUp, type RunWriter } from './run/pickup.ts';
import { withLease } from './run/with-lease.ts';
import { approvalRefusal } from './switch/check-approval.ts';
import { type FollowDeps, followSwitch } from './switch/follow.ts';
import { type AskHostDeps, answersAgain } from './switch/host-silence.ts';
import { type VerifyDeps, verifyRun } from './switch/verify.ts';

export interface AdvanceDeps extends PlanDeps, FollowDeps, VerifyDeps, PagingDeps, TaskDeps, AskHostDeps {
  readonly store: RunStore;
  readonly signer: Signer;
}

/**
 * Takes a run as far as it goes without people. This is all that a wake-up means: read the record, look who has it, go
 * on from where it is. It may be called at any time and any number of times.
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

/** People have to act next, and their time is not over. */
function isWaiting({ clock, inventory }: AdvanceDeps, run: Run): boolean {
  const now = clock.now();
  switch (run.state) {
    case 'needs-decision': {
      const site = inventory.byKey(run.request.site);
      // Nobody would be called, and no button would do anything: that has to be said where somebody reads it.
      if (site === undefined) return false;
      return now < (run.asked?.expiresAt ?? '9') && now < (nextPageAt(run, site.paging.everyMs) ?? '9');
    }
    case 'awaiting-approval':
    case 'awaiting-start':
      return !run.measuring && now < (run.expiresAt ?? '');
    default:
      return false;
  }
}

/** `isBack`: the host answers again for which people were called. */
async function workOn(deps: AdvanceDeps, runId: string, pickup: string, isBack: boolean): Promise<void> {
  // Read again: until the lease was ours, somebody else may have written.
  const run = await deps.store.read(runId);
  if (run === null || isTerminal(run.state)) return;
  const goesOn = isBack && isHostSilent(run);
  if (isWaiting(deps, run) && !goesOn) return;
  const site = deps.inventory.byKey(run.request.site);
  if (site === undefined) return withoutSite(deps, run, pickup);
  // Before a word is written: only the beginning of what its host has kept can catch up with that.
  if (isOver(deps, run) && (await hasBegunThere(deps, run, site))) return;
  const writer = await pickUp(deps, run, pickup);
  if (goesOn) await followSwitch(deps, writer, site);
  while (!deps.stopping() && !isTerminal(writer.run().state) && !isWaiting(deps, writer.run()))
    await stage(deps, writer, site);
}

/** Its time is over before it has begun, as far as the record knows. */
function isOver({ clock }: AdvanceDeps, { state, expiresAt }: Run): boolean {
  return /^(awaiting-approval|awaiting-start|ready)$/.test(state) && clock.now() >= (expiresAt ?? '9');
}

/**
 * Whether a plan whose time is over has begun after all: Redis may have lost that with its last second, and nobody may read
 * then that nothing was changed. The run is taken up from its host. A host that cannot be asked changes nothing.
 */
async function hasBegunThere(deps: AdvanceDeps, { id }: Run, site: Site): Promise<boolean> {
  try {
    return (await adoptLostRuns(deps, site)).adopted.includes(id);
  } catch (error) {
    if (error instanceof HostError) return false;
    throw error;
  }
}

/** Nothing can be done on a host that is not known: what has not begun ends, and what has begun waits for its site. */
async function withoutSite(deps: AdvanceDeps, run: Run, pickup: string): Promise<void> {
  const refused: RunEvent = {
    type: 'refused',
    refusal: refusal(
      'host-unsupported',
      `The site ${run.request.site} is not in the worker's configuration.`,
      'Give bot and worker the same configuration.',
    ),
  };
  const end = [refused, { type: 'expired' } as const].find((event) => isAllowed(run, event));
  // Before a word is written: it would be one with each round, for as long as the site is missing.
  if (end === undefined)
    throw new Error(
      `${run.id} is ${run.state}, and ${run.request.site} is not in the configuration any more: put it back until the run has ended`,
    );
  const writer = await pickUp(deps, run, pickup);
  await writer.append(end);
}

async function stage(deps: AdvanceDeps, writer: RunWriter, site: Site): Promise<void> {
  const run = writer.run();
  switch (run.state) {
    case 'planning':
      return planRollback(deps, writer, site);
    case 'awaiting-approval':
    case 'awaiting-start':
      if (run.measuring && deps.clock.now() < (run.expiresAt ?? ''))
        return measureLoss(deps.hosts, writer, site);
      await writer.append({ type: 'expired' });
      return;
    case 'ready':
      return beginSwitch(deps, writer, site);
    case 'switching':
      return followSwitch(deps, writer, site);
    case 'verifying':
      return verifyRun(deps, writer, site);
    case 'needs-decision':
      return pagePeople(deps, writer, site);
    default:
      throw new Error(`${run.id} is ${run.state}: nothing to do`);
  }
}

async function beginSwitch(deps: AdvanceDeps, writer: RunWriter, site: Site): Promise<void> {
  const run = writer.run();
  const refused = approvalRefusal(run, site, deps.signer, deps.clock.now());
  if (refused) {
    await writer.append({ type: 'refused', refusal: refused });
    return;
  }
  // Written before the host is touched: whoever picks the run up from here asks the host what became of it.
  await writer.append({ type: 'switch-started', digest: run.plan?.digest ?? '' });
}
