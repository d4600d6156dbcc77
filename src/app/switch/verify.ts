import { type ErrorCount, errorsIn } from '../../domain/host/journal-errors.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Check } from '../../domain/run/event.ts';
import { type Run, recordedSteps } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import { checksOnHost, journalCheck, OBJECTS, objectsCheck } from '../../domain/verification/checks.ts';
import { asBefore, undoJournalCheck } from '../../domain/verification/undo-checks.ts';
import type { HostSession, Hosts } from '../ports/host.ts';
import { HostError, type HostFailure } from '../ports/host-error.ts';
import type { SiteProbe, Smoke } from '../ports/site.ts';
import { onHost } from '../run/on-host.ts';
import type { RunWriter } from '../run/pickup.ts';

export interface VerifyDeps {
  readonly hosts: Hosts;
  readonly probe: SiteProbe;
  readonly wait: (ms: number) => Promise<void>;
  /** True if this process was asked to stop. The next one verifies everything again. */
  readonly stopping: () => boolean;
}

/** A host that just rebooted, or a network that comes back, needs no decision of a person. */
const HOST_TRIES = 6;

const PAUSE_MS = 5_000;

const PASSING: ReadonlySet<HostFailure> = new Set(['unreachable', 'timed-out', 'unknown', 'no-login']);

interface JournalErrors {
  readonly errors: readonly ErrorCount[] | null;
  readonly readAt: number | null;
}

interface HostChecks extends JournalErrors {
  readonly checks: readonly Check[];
}

/** Verifies that the site works: it runs the target, stays up, and answers as its visitors need it to. */
export async function verifyRun(deps: VerifyDeps, writer: RunWriter, site: Site): Promise<void> {
  await writer.append({ type: 'looked', what: 'whether the site runs the target, stays up and answers' });
  const run = writer.run();
  const startedAt = whenStarted(run);
  const smoke = deps.probe.smokeTests(site, { run: run.id, startedAt });
  // We await it only after the host has answered. Until then nobody would catch its rejection, and Node would end the
  // process.
  smoke.catch(() => undefined);
  const hostChecks = await checkHostInTime(deps, run, site, Date.parse(startedAt) / 1000, smoke);
  const { checks: asked, health } = await smoke;
  if (hostChecks === null) return;
  const { checks, ...read } = hostChecks;
  const all = [...checks, ...asked];
  const undo = run.plan?.facts.undo;
  const judged = undo === undefined ? all : asBefore(all, health, undo);
  await writer.append({ type: 'verified', checks: judged, health, ...read });
}

/**
 * When the program began to start the site: by then code, environment and data were in their places. Host clock, ISO 8601.
 */
function whenStarted(run: Run): string {
  const steps = recordedSteps(run);
  const begun = steps.findLast(({ name }) => name === 'start') ?? steps.find(({ name }) => name === 'stop');
  return begun?.startedAt ?? run.plan?.facts.measuredAt ?? new Date(0).toISOString();
}

/** null: this process has to stop first, which says nothing about the site. */
async function checkHostInTime(
  deps: VerifyDeps,
  run: Run,
  site: Site,
  since: number,
  smoke: Promise<Smoke>,
): Promise<HostChecks | null> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await checkHost(deps, run, site, since, smoke);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      if (!PASSING.has(error.failure)) return hostUnknown(error);
      // A stopping process does not wait between tries, so they would all be over at once.
      if (deps.stopping()) return null;
      if (tries === HOST_TRIES) return hostUnknown(error);
      await deps.wait(PAUSE_MS);
    }
  }
}

async function checkHost(
  { hosts }: VerifyDeps,
  run: Run,
  site: Site,
  since: number,
  smoke: Promise<Smoke>,
): Promise<HostChecks> {
  const { id, plan } = run;
  if (plan === null) throw new Error(`${id} is being verified without a plan`);
  return onHost(hosts, site, async (host) => {
    const checks = [
      ...(await codeChecks(host, plan, site, since)),
      ...(await databaseChecks(host, plan, id)),
    ];
    // Only now, so that errors that the smoke tests caused are in the journal as well.
    await smoke;
    // A repeated verification judges only what has happened since people saw the last one.
    const { check, ...read } = await journal(
      host,
      plan,
      Math.max(since, run.verification?.journalReadAt ?? 0),
    );
    return { checks: [...checks, check], ...read };
  });
}

function hostUnknown({ message }: HostError): HostChecks {
  return {
    checks: [{ name: 'running code', result: 'failed', detail: `can't tell: ${message}` }],
    errors: null,
    readAt: null,
  };
}

/** If the journal can't be read, the checks of the running code still count. */
async function journal(
  host: HostSession,
  plan: Plan,
  since: number,
): Promise<JournalErrors & { readonly check: Check }> {
  try {
    const { lines, readAt } = await host.journal(unitNames(plan), since);
    const errors = lines === null ? null : errorsIn(lines);
    const { errorsBefore = null, undo } = plan.facts;
    const check = undo ? undoJournalCheck(undo, errors) : journalCheck(errorsBefore, errors);
    return { check, errors, readAt };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const detail = `can't be read: ${error.message}`;
    return { check: { name: 'journal', result: 'not-checked', detail }, errors: null, readAt: null };
  }
}

async function codeChecks(
  host: HostSession,
  plan: Plan,
  site: Site,
  since: number,
): Promise<readonly Check[]> {
  const running = await host.running({
    units: unitNames(plan),
    packages: Object.keys(plan.facts.installed),
    environment: plan.facts.environment ?? null,
  });
  return checksOnHost(running, plan, site.root, since);
}

/** A restore is one transaction. So what the copy creates is there, unless the dump was not what it seemed to be. */
async function databaseChecks(host: HostSession, { facts }: Plan, run: string): Promise<readonly Check[]> {
  if (facts.lostBeside === undefined || facts.backup === null) return [];
  const answer = await host.restoredObjects(run);
  return [
    'problem' in answer
      ? { name: OBJECTS, result: 'not-checked', detail: `can't be compared: ${answer.problem}` }
      : objectsCheck(answer),
  ];
}

function unitNames({ facts }: Plan): readonly string[] {
  return facts.units.map((unit) => unit.name);
}
