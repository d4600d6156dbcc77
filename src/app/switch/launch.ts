import type { Plan } from '../../domain/plan/plan.ts';
import { CANCELLED } from '../../domain/plan/steps.ts';
import type { HostState } from '../../domain/run/decision.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import type { Run } from '../../domain/run/run.ts';
import { unsealedRefusal } from '../../domain/run/unsealed.ts';
import type { Site } from '../../domain/site/site.ts';
import type { HostSession } from '../ports/host.ts';
import { HostError } from '../ports/host-error.ts';
import type { Clock, Signer } from '../ports/outside.ts';
import type { Launched } from '../ports/run-program.ts';
import type { RunStore } from '../ports/run-store.ts';
import { ourEvents, type RunWriter, readOurs, Superseded } from '../run/pickup.ts';
import { recordText } from '../run/record-text.ts';
import { attemptOf, underWay } from './attempt-of.ts';
import { approvalProblem, decisionProblem, goneApprover, hasSecondPerson } from './check-approval.ts';
import { programRefusal } from './check-program.ts';
import { answered } from './host-silence.ts';
import { stateOnHost } from './state-on-host.ts';

export interface LaunchDeps {
  readonly clock: Clock;
  readonly signer: Signer;
  readonly store: Pick<RunStore, 'read' | 'events'>;
  /** Resolves after so many milliseconds, or at once when this process is asked to stop. */
  readonly wait: (ms: number) => Promise<void>;
}

/** The host on which an attempt would begin, and its site. */
export interface HostOfSite {
  readonly host: HostSession;
  readonly site: Site;
}

/** Why an attempt may not begin. */
interface LaunchRefusal {
  /** Stands as the step in the event that ends the attempt: a step, or one of the checks before the first step. */
  readonly step: string;
  readonly code: number;
  /** In words for the thread; empty if the end says it anyway. */
  readonly why: string;
}

const RETRY_MS = 1_000;

/** Stand as the step in the event that ends an attempt, if the host has another last word on its run than the record. */
const ENDED_ON_HOST = 'ended';
const OUT_OF_TURN = 'out-of-turn';

/** Stands as the step in the event that ends an attempt, if the host did not accept its program until the time was up. */
export const REFUSED_LAUNCH = 'launch';

/**
 * Starts the program if it certainly never began. If it may not begin, blocks it on the host. Errors: throws Superseded if
 * the run has moved on without this worker, and leaves the host as it is.
 */
export async function launchOnce(deps: LaunchDeps, writer: RunWriter, place: HostOfSite): Promise<void> {
  const run = writer.run();
  const { plan, switched } = underWay(run);
  const { host } = place;
  const attempt = attemptOf(run);
  try {
    if (!(await mayBegin(deps, writer, place))) {
      // Block the attempt on the host, not only in the record, in case another worker was paused right before its launch.
      // The host then says how the attempt ended, because that worker may have been first.
      await host.voidAttempt(attempt);
      return;
    }
    const launched = await host.launch(attempt, plan, switched.decision?.recovery ?? null);
    if (launched.kind === 'launched') await answered(writer);
    else await answered(writer, notLaunched(launched));
  } catch (error) {
    if (!(error instanceof HostError) || error.failure !== 'errored') throw error;
    // Nobody can start it later: the host does not accept the program.
    if ((await refusalNow(deps, writer, place)) !== null)
      await answered(writer, untouched(REFUSED_LAUNCH, error.message));
    else await note(writer, `the switch can't start yet, and the site is untouched (${error.message})`);
    await deps.wait(RETRY_MS);
  }
}

async function mayBegin(deps: LaunchDeps, writer: RunWriter, place: HostOfSite): Promise<boolean> {
  const run = writer.run();
  if ((await refusalOnHost(deps, run, place)) !== null) return false;
  // A record that has lost events must not replace the copy on the host, from which the run can be restored.
  const events = await ourEvents(deps.store, run);
  await place.host.keepRecord(run.id, recordText(run.id, events, deps.signer));
  // The last thing before the launch: someone may have cancelled since this worker read the record.
  return (await refusalNow(deps, writer, place)) === null;
}

/** Why a voided attempt did not begin, as the event that ends it. */
export async function voidedEnd(
  deps: LaunchDeps,
  writer: RunWriter,
  place: HostOfSite,
  ended: Extract<RunEvent, { type: 'switch-ended' }>,
): Promise<RunEvent> {
  const run = await recordNow(deps, writer);
  const bar = refusalByRecord(deps, run, place) ?? refusalByState(deps, run, place, ended.found);
  if (bar !== null) return { ...ended, step: bar.step, code: bar.code, logTail: bar.why };
  return isFirst(run) ? ended : { ...ended, logTail: 'the reason that it was blocked for no longer holds' };
}

async function refusalNow(
  deps: LaunchDeps,
  writer: RunWriter,
  place: HostOfSite,
): Promise<LaunchRefusal | null> {
  return refusalByRecord(deps, await recordNow(deps, writer), place);
}

/**
 * A worker that was paused must not begin an attempt that others have continued or closed, or that no record knows any more.
 */
async function recordNow({ store }: LaunchDeps, writer: RunWriter): Promise<Run> {
  const ours = writer.run();
  const now = await readOurs(store, ours);
  const attempt = now.switched?.attempt;
  if (now.state !== ours.state || attempt !== ours.switched?.attempt)
    throw new Superseded(`${ours.id} is ${now.state} now, in attempt ${attempt ?? 'none'}`);
  return now;
}

/**
 * As `refusalByRecord`, and by what the host says at this moment: the site state, and what the run has begun. When one person
 * decided, nobody could use the site; it may have come up since, by systemd or by hand. Then a second person has to agree
 * before its database is replaced.
 */
async function refusalOnHost(deps: LaunchDeps, run: Run, place: HostOfSite): Promise<LaunchRefusal | null> {
  const bar = refusalByRecord(deps, run, place);
  // The host need not be asked about the first attempt, or if a second person has agreed.
  if (bar !== null || isFirst(run) || hasSecondPerson(run, place.site, deps.signer)) return bar;
  return refusalByState(deps, run, place, await stateOnHost(place.host, run));
}

/** By the site state that the host reported. */
function refusalByState(
  { signer }: LaunchDeps,
  run: Run,
  { site }: HostOfSite,
  found: HostState | null,
): LaunchRefusal | null {
  const why = decisionProblem(run, site, signer, found);
  return why === null
    ? null
    : { step: 'decision', code: 0, why: `${why}: the site may have come up since it was made` };
}

/** From the record and the host alone, whatever led here: whoever can write to Redis could have written that, too. */
function refusalByRecord(
  { clock, signer }: LaunchDeps,
  run: Run,
  { host, site }: HostOfSite,
): LaunchRefusal | null {
  const { plan, consent, switched } = underWay(run);
  const { decision, cancelledBy } = switched;
  const unsealed = unsealedRefusal(run, '');
  if (unsealed !== null) return { step: 'approval', code: 0, why: unsealed.sentence };
  const forged = approvalProblem(run, site, signer);
  if (forged !== null) return { step: 'approval', code: 0, why: forged };
  // Of a later attempt, the host has the program of the first one, and the digest covers it.
  const other = isFirst(run) ? (programRefusal(plan, site) ?? goneApprover(run, site)) : null;
  if (other !== null) return { step: 'approval', code: 0, why: other.sentence };
  const undecided = decisionProblem(run, site, signer);
  if (undecided !== null) return { step: 'decision', code: 0, why: undecided };
  if (plan.binding.hostKey !== host.hostKey)
    return { step: 'host-key', code: 0, why: anotherHost(plan, host) };
  if (cancelledBy !== null)
    return { step: plan.steps[0]?.name ?? 'recheck', code: CANCELLED, why: 'cancelled before it began' };
  if (clock.now() >= (decision ?? consent).expiresAt)
    return { step: 'expired', code: 0, why: isFirst(run) ? '' : 'it expired before it could begin' };
  return null;
}

/** The plan alone is behind this attempt, and no decision. */
function isFirst(run: Run): boolean {
  return underWay(run).switched.decision === null;
}

function anotherHost({ binding }: Plan, { hostKey }: HostSession): string {
  return `the host shows the key ${hostKey}, but the plan was approved for a host with ${binding.hostKey}. If the host was rebuilt or its key renewed, ask for a new plan; if not, tell whoever runs the host`;
}

/** Why the host did not start the program, as the event that ends the attempt. */
function notLaunched(launched: Exclude<Launched, { kind: 'launched' }>): RunEvent {
  switch (launched.kind) {
    case 'claimed':
      return foreign(launched.by);
    case 'ended':
      return untouched(ENDED_ON_HOST, 'the host has this run as one that has ended');
    case 'out-of-turn':
      return untouched(OUT_OF_TURN, 'the host knows of another last attempt of this run');
  }
}

export function foreign(claim: string): RunEvent {
  return untouched('claim', `the run directory on the host belongs to another plan (${claim.slice(0, 12)})`);
}

function untouched(step: string, why: string): RunEvent {
  return { type: 'switch-ended', outcome: 'untouched', step, code: 0, logTail: why, found: null };
}

async function note(writer: RunWriter, what: string): Promise<void> {
  if (writer.run().progress !== what) await writer.append({ type: 'looked', what });
}
