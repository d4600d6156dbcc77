import { type ErrorCount, errorsIn } from '../../domain/host/journal-errors.ts';
import { type ReasonCode, type Refusal, refusal } from '../../domain/refusal.ts';
import type { KnownRun } from '../../domain/run/known-runs.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import type { HostSession, Hosts } from '../ports/host.ts';
import { HostError } from '../ports/host-error.ts';
import type { Clock, RecordFitness, Signer } from '../ports/outside.ts';
import type { Records } from '../ports/records.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { SiteProbe } from '../ports/site.ts';
import type { Wakeups } from '../ports/workers.ts';
import { findUndone } from '../request/find-undone.ts';
import { readAll, readable } from '../run/find-runs.ts';
import type { RunWriter } from '../run/pickup.ts';
import { runsWithTasks } from '../run/runs-with-tasks.ts';
import { approvedBuild, askForBuild } from './build-approval.ts';
import { NotCleared } from './clear-target.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { gatherUndoEvidence } from './gather-undo-evidence.ts';
import { makePlan } from './make-plan.ts';
import { planSizeRefusal } from './plan-size.ts';
import type { Evidence, Preflight } from './preflight.ts';
import { Refused, refuseIf } from './refused.ts';
import { rehearsalFacts } from './rehearse.ts';

export interface PlanDeps {
  readonly hosts: Hosts;
  readonly probe: SiteProbe;
  readonly records: Records;
  readonly store: Pick<RunStore, 'skipNumbers' | 'withTasksDue' | 'read' | 'recentOn'>;
  readonly wakeups: Wakeups;
  readonly record: RecordFitness;
  readonly clock: Clock;
  /** Checks what people have approved. */
  readonly signer: Signer;
  readonly nearest: (word: string, known: readonly string[]) => string | null;
}

/**
 * Asks the host and makes the plan. Ends in a card, in the plan of a dry run, in a refusal that says what to do, or in the
 * question whether the bot may build an unreviewed version.
 */
export async function planRollback(deps: PlanDeps, writer: RunWriter, site: Site): Promise<void> {
  try {
    await askAndPlan(deps, writer, site);
  } catch (error) {
    if (error instanceof NotCleared) return askForBuild(deps, writer, site, error);
    const refused = asRefusal(error, site) ?? ourFault(error, writer.run());
    if (refused === null) throw error;
    await writer.append({ type: 'refused', refusal: refused });
  }
}

/**
 * After so many pickups a fault of our own counts as lasting. The tries before give time to pass to what mends itself, such
 * as Redis being unavailable for a moment.
 */
const MOST_PICKUPS = 5;

/** People have to hear of a fault that lasts: the site is reserved for a run that never gets a plan. */
function ourFault(error: unknown, { epoch }: Run): Refusal | null {
  if (epoch < MOST_PICKUPS) return null;
  const why = error instanceof Error ? error.message : String(error);
  return refusal(
    'bot-errored',
    `The bot couldn't make the plan, by a fault of its own: ${why}`,
    "Nothing was changed. Look at the worker's log. Meanwhile you can roll the site back by hand.",
  );
}

/** Nobody lifts a quarantine and waits for so many runs. */
const NEWEST = 50;

async function askAndPlan(deps: PlanDeps, writer: RunWriter, site: Site): Promise<void> {
  const { id, request } = writer.run();
  const mayBuild = approvedBuild(writer.run(), site, deps.signer, deps.clock.now());
  const unfit = await deps.record.problems();
  if (unfit.length > 0 && !deps.record.mayBeUnfit) throw new Refused(unfitRecord(unfit));
  const undone = request.undo === undefined ? null : await runToUndo(deps, site, request.undo);
  const withTasks = await runsWithTasks(deps.store, request.site);
  const healthBefore = deps.probe.health(site);
  const matrix = deps.records.matrix();
  const host = await deps.hosts.connect(site);
  try {
    const preflight: Preflight = {
      host,
      site,
      request,
      runId: id,
      approvedBuild: mayBuild,
      newest: async () =>
        readable(await readAll(deps.store, await deps.store.recentOn(request.site, NEWEST))),
      matrix,
      runsWithTasks: readable(withTasks),
      nearest: deps.nearest,
      skipNumbers: (number) => deps.store.skipNumbers(site.slug, number),
      progress: async (what) => {
        await writer.append({ type: 'looked', what });
      },
    };
    const evidence =
      undone === null ? await gatherEvidence(preflight) : await gatherUndoEvidence(preflight, undone);
    const rehearsal = request.dryRun ? await rehearsalFacts(preflight, evidence) : undefined;
    const errors = await errorsBefore(host, evidence);
    const now = deps.clock.now();
    const warnings = [
      ...evidence.warnings,
      ...unfit.map((problem) => `The record of this run could get lost: ${problem}`),
      ...withTasks.flatMap((one) => (one.kind === 'unreadable' ? [unreadWarning(one)] : [])),
    ];
    const plan = makePlan(
      site,
      { ...evidence, warnings, ...(rehearsal && { rehearsal }) },
      await healthBefore,
      now,
      errors,
    );
    refuseIf(planSizeRefusal(plan));
    if (request.dryRun) {
      await writer.append({ type: 'dry-run-ended', plan });
      return;
    }
    const expiresAt = new Date(Date.parse(now) + site.approval.expiresMs).toISOString();
    await writer.append({ type: 'planned', plan, expiresAt });
    await deps.wakeups.advance(id, site.approval.expiresMs + 200);
  } finally {
    host.close();
  }
}

function unreadWarning({ id, why }: Extract<KnownRun, { kind: 'unreadable' }>): string {
  return `The record of ${id} can't be read (${why}), so it's unknown which versions it found not to work.`;
}

/** Errors: throws Refused if that run is not the one to undo. */
async function runToUndo({ store }: PlanDeps, site: Site, wanted: string): Promise<Run> {
  const choice = await findUndone(store, site, wanted);
  if (choice.kind === 'refused') throw new Refused(choice.refusal);
  return choice.run;
}

function unfitRecord(problems: readonly string[]): Refusal {
  return refusal(
    'redis-unfit',
    `The bot's Redis could lose the record of a rollback. ${problems.join(' ')}`,
    'Nothing was changed. Change these settings of Redis. Only if you are just trying the bot out, set redis.allowUnfit to true in its configuration instead.',
  );
}

/** More kinds of errors than this say nothing new. */
const MOST_KINDS = 20;

const HOUR_SECONDS = 3600;

/** The errors that the site logged in the last hour, to compare with later. A journal that can't be read stops nobody. */
async function errorsBefore(host: HostSession, { survey }: Evidence): Promise<readonly ErrorCount[] | null> {
  try {
    const units = survey.units.map((unit) => unit.name);
    const { lines } = await host.journal(units, Date.parse(survey.clock) / 1000 - HOUR_SECONDS);
    return lines === null ? null : errorsIn(lines).slice(0, MOST_KINDS);
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}

/** A refusal as it is, and trouble with the host as a refusal, because nothing was begun. Null for a fault of our own. */
export function asRefusal(error: unknown, site: Site): Refusal | null {
  if (error instanceof Refused) return error.refusal;
  if (!(error instanceof HostError)) return null;
  const { user, address, port } = site.host;
  const at = `${user}@${address}`;
  const [code, usual] = HOST_ANSWERS[error.failure];
  const next = error.next ?? usual;
  return refusal(
    code,
    `The bot can't check the host of ${site.name}: ${error.message}.`,
    next.replace('LOGIN', `ssh -p ${port} ${at}`).replace('HOST', at),
  );
}

const HOST_ANSWERS: Readonly<Record<HostError['failure'], readonly [ReasonCode, string]>> = {
  unreachable: [
    'host-unreachable',
    'Nothing was changed. Check that the host answers (LOGIN), then ask again.',
  ],
  'timed-out': [
    'host-unreachable',
    'Nothing was changed. Check that the host answers (LOGIN), then ask again.',
  ],
  authentication: [
    'host-unreachable',
    "Nothing was changed. Add the bot's public key to authorized_keys of HOST.",
  ],
  'no-login': [
    'host-unreachable',
    'Nothing was changed. On the machine of the worker, correct the files that SSH_PRIVATE_KEY_FILE and SSH_KNOWN_HOSTS_FILE name, then ask again.',
  ],
  'host-key-unknown': [
    'host-key-unknown',
    'Nothing was sent. Compare the fingerprint on the host itself, such as on its console. Then set host.fingerprint, or add it to known_hosts.',
  ],
  'host-key-changed': [
    'host-key-changed',
    'Nothing was sent. If the host was not rebuilt, someone may be intercepting the connection: tell whoever runs the host before you change the configuration.',
  ],
  unknown: ['host-errored', 'Nothing was changed. Ask again.'],
  errored: [
    'host-errored',
    "Nothing was changed. Ask again, and look at the worker's log if that doesn't help.",
  ],
};
