import { type DataWindow, dataWindow } from '../domain/outcome/data-window.ts';
import { didItHelp } from '../domain/outcome/did-it-help.ts';
import { downtimeMs, downtimes } from '../domain/outcome/downtime.ts';
import type { PlanFacts } from '../domain/plan/plan.ts';
import { glassFor } from '../domain/run/glass.ts';
import { closedWhileSilent } from '../domain/run/host-silence.ts';
import type { Run, RunState } from '../domain/run/run.ts';
import { isVerified } from '../domain/run/verified.ts';
import { decisionText } from '../domain/stop/labels.ts';
import { commitLabel } from '../domain/version/commit.ts';
import { duration } from './text.ts';
import type { Voice } from './voice.ts';

/** What several places say of a run, each in its own voice. */

/** How many entries the record had at the end, and the last one's hash: whoever compares sees whether some were cut off. */
export function recordMark({ endEntry }: Run): string {
  return endEntry === null ? '' : ` · record ${endEntry.seq + 1} ${endEntry.hash.slice(0, 12)}`;
}

/** The state of a run, to continue its name: `acme-kitchens-7 succeeded`. */
export function stateText(run: Run): string {
  const { state } = run;
  const ended = run.switched?.ended;
  if (state === 'succeeded' && !isVerified(run)) return 'was marked as done, although checks failed';
  if (state !== 'failed') return STATE_TEXTS[state];
  if (ended?.outcome !== 'put-back') return 'ended before anything was changed';
  return `${ended.step === 'go-back' ? 'was taken back' : 'failed and was put back'}: the site runs what it ran before`;
}

const STATE_TEXTS: Readonly<Record<Exclude<RunState, 'failed'>, string>> = {
  planning: 'is being planned',
  'awaiting-build-approval': 'is waiting for approval to build a version that nobody has reviewed',
  'awaiting-approval': 'is waiting for approval',
  'awaiting-start': 'is waiting for Start',
  ready: 'is about to start',
  switching: 'is switching on the host',
  verifying: 'is being checked',
  'needs-decision': 'needs a decision',
  succeeded: 'succeeded',
  cancelled: 'was cancelled before anything was changed',
  refused: 'was refused',
  denied: 'was denied',
  expired: 'expired: nobody decided in time',
  'dry-run': 'was a dry run',
  closed: 'was closed; the rest is up to people',
};

/** `v0.6.0 (66666666) → v0.5.0 (55555555)` */
export function fromTo({ plan, request }: Run, voice: Voice): string {
  const { undo } = request;
  if (plan === null && undo !== undefined) return `undo of ${undo}`;
  const wanted = request.version === null ? 'a backup of its database' : request.version;
  if (plan === null) return `to ${voice.text(wanted)}`;
  const { live, target, backup } = plan.facts;
  const from = `${undo === undefined ? '' : `undo of ${undo}, `}${voice.text(commitLabel(live))}`;
  if (target !== null) return `${from} → ${voice.text(commitLabel(target))}`;
  return `${from} with the database of ${backup === null ? 'a backup' : voice.moment(backup.takenAt)}`;
}

/** How many of the backups that were not chosen a list of the first `shown` leaves out. */
export function notShown(
  { otherBackups, moreBackups = 0 }: Pick<PlanFacts, 'otherBackups' | 'moreBackups'>,
  shown: number,
): number {
  return Math.max(0, otherBackups.length - shown) + moreBackups;
}

export function wentAhead(run: Run, voice: Voice): string | null {
  const { person } = voice;
  const { consent, end, state, plan } = run;
  const glass = plan === null ? null : glassFor(run, plan.digest);
  if (glass !== null) return `Started by ${person(glass.by)}, who broke the glass`;
  if (consent !== null && consent.approvals.length > 0)
    return `Approved by ${consent.approvals.map(({ approver }) => person(approver)).join(' and ')}`;
  const acted = ACTED[state];
  if (acted !== undefined && end !== null && end.by !== null)
    return `${acted} by ${person(end.by)}${reasonGiven(end, voice)}`;
  return consent?.started ? `Started by ${person(consent.started.by)}` : null;
}

/** What somebody said beside Approve or Deny, to follow who it was and when; empty: nothing. */
export function reasonGiven({ reason }: { readonly reason?: string }, { text }: Voice): string {
  return reason === undefined ? '' : `: ${text(reason)}`;
}

const ACTED: Readonly<Partial<Record<RunState, string>>> = { denied: 'Denied', cancelled: 'Cancelled' };

/** `6.0 s, starting 02:20`, or that the site is still down; null: it never was. */
export function downtimeText(run: Run, voice: Voice): string | null {
  const all = downtimes(run);
  const [first] = all;
  if (first === undefined)
    return closedWhileSilent(run) ? 'unknown: the host did not answer when the run was closed' : null;
  const ms = downtimeMs(run);
  if (ms === null)
    return `since ${voice.moment(first.from)}, ${run.end === null ? 'and still down' : 'with no healthy answer as far as the run knows'}`;
  return `${duration(ms)}${all.length === 1 ? '' : ` in ${all.length} parts`}, starting ${voice.moment(first.from)}`;
}

/** What is no longer in the database. */
export function dataText(run: Run, voice: Voice): string {
  const window: DataWindow = dataWindow(run);
  switch (window.kind) {
    case 'kept':
      return 'nothing that was entered was lost.';
    case 'unknown':
      return 'unknown: the database may have been restored.';
    case 'restored':
      return `what was entered from ${voice.moment(window.from)} to ${voice.moment(window.to)} is no longer in the database. The safety backup on the host has it.`;
    case 'taken-back':
      return `the previous database is back. What was entered from ${voice.moment(window.from)} to ${voice.moment(window.to)} is kept on the host, in its own safety backup.`;
  }
}

export function helpedText(run: Run, voice: Voice): string | null {
  const sentence = didItHelp(run);
  if (sentence === null) return null;
  return run.state === 'failed'
    ? `${voice.text(sentence)} That was before it was taken back.`
    : voice.text(sentence);
}

/** Each decision and who took it, one line each. */
export function decisionLines({ history, state, end }: Run, voice: Voice): readonly string[] {
  const lines = history.stops.map(({ decision, by, approvals, glassBy }) => {
    const agreed = approvals.map(
      (one) => `, approved by ${voice.person(one.approver)}${reasonGiven(one, voice)}`,
    );
    const glass = glassBy === null ? '' : `, and ${voice.person(glassBy)} broke the glass for it`;
    return `${voice.text(decisionText(decision))}, decided by ${voice.person(by)}${glass === '' ? agreed.join('') : glass}`;
  });
  if (state !== 'closed' || end === null || end.by === null) return lines;
  const last = end.commands === null ? 'Stop here' : 'Take over by hand';
  return [...lines, `${last}, decided by ${voice.person(end.by)}`];
}

/** Each time that the glass was broken, with its reason, and the review; one line each. */
export function glassLines({ glass }: Run, { person, text, moment }: Voice): readonly string[] {
  const { broken, review } = glass;
  if (broken.length === 0) return [];
  return [
    ...broken.map(({ by, at, reason }) => `Broken by ${person(by)}, ${moment(at)}: ${text(reason)}`),
    review === null
      ? 'Nobody has reviewed it yet.'
      : `Reviewed by ${person(review.by)}, ${moment(review.at)}: ${text(review.note)}`,
  ];
}
