import { migrationLabel } from '../database/migrations.ts';
import type { HealthReading } from '../host/health.ts';
import { errorList } from '../host/journal-errors.ts';
import type { RowChange } from '../matrix/edit.ts';
import { downtimeMs } from '../outcome/downtime.ts';
import { restoresDatabase } from '../plan/mode.ts';
import type { Plan } from '../plan/plan.ts';
import { CANCELLED, stepTitle } from '../plan/steps.ts';
import { skippedSteps } from '../run/attempts.ts';
import type { StoredEvent } from '../run/event.ts';
import { closedWhileSilent } from '../run/host-silence.ts';
import { kindOf } from '../run/request.ts';
import { currentChecks, type Run, type RunState, type SwitchEnd, type Switched } from '../run/run.ts';
import type { Site } from '../site/site.ts';
import { markdownText } from '../text/markdown-text.ts';
import type { CommitInfo } from '../version/commit.ts';
import { incidentEntry } from './incident.ts';

/** What a run leaves in the matrix and in the incident log. */
export interface Recording {
  readonly run: string;
  /**
   * ISO 8601. Id and this moment together name the run for good: ids start again at 1 if host and record are both new, and a
   * run that is adopted from its host gets a new end.
   */
  readonly requestedAt: string;
  /** Part of the entry, so that the bot finds it again whatever people did with the commit. */
  readonly mark: string;
  /** The commit's first line. */
  readonly title: string;
  /** null: the row stays as it is. */
  readonly row: RowChange | null;
  readonly entry: string;
  /** The last entry of the run's record at its end. */
  readonly endEntry: Pick<StoredEvent, 'seq' | 'hash'>;
}

/** A run that stopped its site is an incident. Only one that succeeded knows what is live now. null: nothing to record. */
export function recordingOf(run: Run, site: Site): Recording | null {
  const { plan, switched, end, endEntry } = run;
  if (plan === null || switched === null || end === null || endEntry === null) return null;
  if (!closedWhileSilent(run) && !hasBegun(switched, 'stop')) return null;
  const names = namesOf(plan);
  const day = end.at.slice(0, 10);
  const mark = `run ${run.id}, asked for ${utc(run.requestedAt)}`;
  return {
    run: run.id,
    requestedAt: run.requestedAt,
    endEntry,
    mark,
    title: `docs(ops): record ${titleOf(run, plan, site, names)}`,
    row: run.state === 'succeeded' ? rowOf(plan, run, site, names, day) : null,
    entry: incidentEntry({
      slug: site.slug,
      date: day,
      version: versionOf(run, plan, names),
      symptom: symptomOf(run, plan),
      fix: fixOf(run, { plan, switched, site, names }),
      followUp: followUpOf(run, plan, names, mark),
    }),
  };
}

/** The upgrade that failed; for an undo, what it changed. */
function versionOf({ request }: Run, { facts }: Plan, { before, target }: Names): string {
  if (facts.target === null) return before;
  return kindOf(request) === 'undo' ? `${before} → ${target}` : `${target} → ${before}`;
}

/** Versions as people compare them. */
interface Names {
  /** What was live before the run. */
  readonly before: string;
  /** What it went back to; the same as `before` if only the database did. */
  readonly target: string;
}

/**
 * sum-core's version, as the matrix wants it, or the site's tag if its row has that. If both commits have the same name, the
 * other kind of name, or the commit as well.
 */
function namesOf({ facts }: Plan): Names {
  const { live, target, matrix } = facts;
  const said = matrix?.version ?? '';
  const byTag = live.tags.includes(said) && live.pin !== said;
  const [name, other] = byTag ? [tagOf, pinOf] : [pinOf, tagOf];
  if (target === null) return { before: name(live), target: name(live) };
  // Someone had checked the target out by hand, so the bot can't tell what was live before.
  if (target.commit === live.commit) {
    const written = markdownText(said, 60);
    const isOther = written !== '' && written !== name(target);
    return { before: isOther ? written : 'N/A', target: name(target) };
  }
  for (const nameOf of [name, other])
    if (nameOf(live) !== nameOf(target)) return { before: nameOf(live), target: nameOf(target) };
  return {
    before: `${name(live)} (${short(live)})`,
    target: `${name(target)} (${short(target)})`,
  };
}

function pinOf(info: CommitInfo): string {
  return markdownText(info.pin ?? info.tags[0] ?? '', 60) || short(info);
}

function tagOf(info: CommitInfo): string {
  return markdownText(info.tags[0] ?? info.pin ?? '', 60) || short(info);
}

function short({ commit }: CommitInfo): string {
  return commit.slice(0, 8);
}

const KINDS: Readonly<Partial<Record<RunState, string>>> = { failed: 'failed ', closed: 'unfinished ' };

function titleOf({ state }: Run, { facts }: Plan, { slug }: Site, { target }: Names): string {
  const kind = KINDS[state] ?? '';
  if (facts.undo !== undefined) return `${kind}undo of ${facts.undo.run}`;
  return facts.target === null
    ? `${kind}database restore of ${slug}`
    : `${kind}rollback of ${slug} to ${target}`;
}

function rowOf(
  { facts }: Plan,
  { glass }: Run,
  site: Site,
  { before, target }: Names,
  date: string,
): RowChange {
  const { slug, environment, name } = site;
  const { backup } = facts;
  const outcome =
    facts.undo !== undefined
      ? `Undid the rollback ${facts.undo.run}`
      : facts.target === null
        ? `Database restored${backup === null ? '' : ` from backup of ${day(backup.takenAt)}`}`
        : `Rolled back ${before === 'N/A' ? '' : `from ${before} `}to ${target}`;
  const note = glass.broken.length === 0 ? outcome : `${outcome} (glass broken)`;
  const cells = { ...(facts.target !== null && { version: target }), date, outcome: note };
  return {
    slug,
    environment,
    cells,
    added: { name, environment, slug, version: target, date, outcome: note },
  };
}

/** What whoever asked said, and what the bot saw before it changed anything. */
function symptomOf({ request }: Run, { facts }: Plan): string {
  const reason = request.reason === null ? '' : markdownText(request.reason, 1000);
  const errors = facts.errorsBefore ?? [];
  const seen = [
    `health ${healthText(facts.healthBefore)}`,
    ...(errors.length === 0 ? [] : [`errors in the hour before: ${markdownText(errorList(errors), 500)}`]),
  ].join('; ');
  const words = reason === '' ? 'Nobody gave a reason.' : `${reason}${/[.!?…]$/.test(reason) ? '' : '.'}`;
  return `${words} Seen before the ${kindOf(request)}: ${seen}`;
}

function healthText({ status, word, failing }: HealthReading): string {
  const failed = failing.length === 0 ? '' : ` (not ok: ${failing.join(', ')})`;
  return markdownText(status === null ? `did not answer (${word})` : `${status} ${word}${failed}`, 200);
}

/** What the text of the fix needs beside the run. */
interface Recorded {
  readonly plan: Plan;
  readonly switched: Switched;
  readonly site: Site;
  readonly names: Names;
}

function fixOf(run: Run, { plan, switched, site, names }: Recorded): string {
  const words =
    run.state === 'succeeded' ? doneText(run, plan, names) : [notDoneText(run, plan, switched, names)];
  const down = downtimeMs(run);
  return [
    ...words,
    ...saidByApprovers(run),
    `Environment: ${site.environment}, mode: ${plan.binding.mode}.`,
    ...glassWords(run),
    ...(down === null ? [] : [`The site was down for ${seconds(down)}.`]),
  ].join(' ');
}

/** In the words of whoever broke it, and without their name, as the log has no names. */
function glassWords({ glass }: Run): readonly string[] {
  return glass.broken.map(
    ({ reason }) =>
      `Someone broke the glass, so it went ahead without the approval of a second person: ${markdownText(reason, 300)}${/[.!?…]$/.test(reason) ? '' : '.'}`,
  );
}

/** What the approvers of the plan and of the decisions said. The log names no people. */
function saidByApprovers({ consent, history }: Run): readonly string[] {
  const approvals = [...(consent?.approvals ?? []), ...history.stops.flatMap((stop) => stop.approvals)];
  const said = approvals.flatMap(({ reason }) =>
    reason === undefined ? [] : [`"${markdownText(reason, 300)}"`],
  );
  return said.length === 0 ? [] : [`Said with the approval: ${said.join('; ')}.`];
}

function doneText(run: Run, { facts, binding }: Plan, { target }: Names): readonly string[] {
  const { backup } = facts;
  const failed = currentChecks(run)
    .filter(({ result }) => result === 'failed')
    .map(({ name }) => markdownText(name, 60));
  const skipped = skippedSteps(run).map((step) => markdownText(stepTitle(step), 120));
  const data =
    restoresDatabase(binding.mode) && backup !== null
      ? [
          `The database is ${facts.undo === undefined ? `the backup ${markdownText(backup.name, 120)}` : `the safety backup of ${facts.undo.run}`}, taken ${utc(backup.takenAt)}. Whatever was entered after that is lost. The previous database is kept on the host, as the run's safety backup.`,
        ]
      : ['The database was not touched.'];
  return [
    ...(facts.undo === undefined ? [] : [`Undid the rollback ${facts.undo.run}.`]),
    facts.target === null
      ? `Restored the database; the code stays at ${target}.`
      : `${facts.undo === undefined ? 'Rolled back' : 'Back'} to ${target}; code and environment are those of commit ${short(facts.target)}.`,
    ...data,
    ...(skipped.length === 0 ? [] : [`Skipped by decision: ${skipped.join(', ')}.`]),
    ...(run.verification === null ? [] : [`Health since: ${healthText(run.verification.health)}.`]),
    ...(failed.length === 0 ? [] : [`Failed checks: ${failed.join(', ')}.`]),
  ];
}

function notDoneText(run: Run, { facts }: Plan, switched: Switched, { before, target }: Names): string {
  const kind = kindOf(run.request);
  const what =
    facts.target === null && kind === 'rollback' ? 'The restore of the database' : `The ${kind} to ${target}`;
  const lastStop = run.history.stops.at(-1)?.ended ?? null;
  const stop = switched.ended?.step === 'go-back' ? lastStop : switched.ended;
  if (run.state === 'closed')
    return `Not finished by the bot. ${what} ${stopText(stop)}, and people took over by hand. Add here what they did and what is live now.`;
  const data = hasBegun(switched, 'put-back-restore')
    ? 'with the database from the safety backup'
    : 'and the database is unchanged';
  const live = before === 'N/A' ? 'The previous version' : before;
  return `None yet. ${what} ${stopText(stop)} and was taken back: ${live} is live as before, ${data}.`;
}

function stopText(stop: SwitchEnd | null): string {
  if (stop === null) return 'did not finish';
  if (stop.outcome === 'done') return 'was done, but checks failed';
  const title = markdownText(stepTitle(stop.step), 120);
  return stop.code === CANCELLED ? `was cancelled before "${title}"` : `stopped at "${title}"`;
}

function hasBegun({ steps }: Switched, step: string): boolean {
  return steps.some(({ name }) => name === step);
}

/** The runbook's steps 13 and 14: what has to happen before anyone tries again. */
function followUpOf(run: Run, { facts }: Plan, { before }: Names, mark: string): string {
  const unwanted = facts.verdict.kind === 'applied' ? facts.verdict.unwanted : [];
  const named = unwanted.map(migrationLabel).join(', ');
  const migrations = named === '' ? '' : ` Check its migrations: ${markdownText(named, 300)}.`;
  if (facts.undo !== undefined)
    return `Whatever the rollback ${facts.undo.run} was for may come back: watch the site. Details: ${mark} (/rollback status ${run.id})`;
  const again =
    facts.target === null || before === 'N/A'
      ? 'Find the cause before the next upgrade.'
      : `Do not upgrade to ${before} again until the cause is found and its fix has been tested in staging.${migrations}`;
  return `${again} Details: ${mark} (/rollback status ${run.id})`;
}

function utc(iso: string): string {
  return `${day(iso)} ${new Date(iso).toISOString().slice(11, 16)} UTC`;
}

function day(iso: string): string {
  return new Date(iso).toISOString().slice(0, 10);
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} minutes`;
}
