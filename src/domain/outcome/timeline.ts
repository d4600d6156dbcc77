import { quarantinedLabel } from '../after/quarantine.ts';
import { type FollowUpAct, followUpTitle } from '../checklist/follow-up-items.ts';
import { manualCheckText } from '../checklist/manual-check-items.ts';
import { lossSum } from '../database/row-changes.ts';
import { modeText } from '../plan/mode.ts';
import { CANCELLED, exitCode, stepTitle } from '../plan/steps.ts';
import type { RunEvent, StoredEvent } from '../run/event.ts';
import { hostSilenceText } from '../run/host-silence.ts';
import { decisionText } from '../stop/labels.ts';
import { commitLabel } from '../version/commit.ts';
import { plainCommit } from '../version/review.ts';

/** Who did it: a Slack user, the bot with its workers, or the program on the host. */
export type Actor = { readonly person: string } | 'bot' | 'host';

/** One line of what happened to a run, in plain words, not escaped. */
export interface TimelineLine {
  /** ISO 8601. Steps by the host's clock, everything else by the clock of who wrote it down. */
  readonly at: string;
  /** How long it took, or how long people waited for it, in milliseconds; null: it is a moment, or has not ended. */
  readonly tookMs: number | null;
  readonly who: Actor;
  readonly what: string;
}

/** What happened to a run, in the order of its record. */
export function timeline(events: readonly StoredEvent[]): readonly TimelineLine[] {
  return events.flatMap((stored, index) => {
    const past = events.slice(0, index);
    const place: Position = { at: stored.at, past, ahead: events.slice(index + 1) };
    return tell(stored.event.type, stored.event, place).map(({ at, tookMs, ...line }) => ({
      at: at ?? stored.at,
      tookMs: tookMs ?? null,
      ...line,
    }));
  });
}

type TimelineEntry = Pick<TimelineLine, 'who' | 'what'> & Partial<TimelineLine>;

interface Position {
  readonly at: string;
  readonly past: readonly StoredEvent[];
  readonly ahead: readonly StoredEvent[];
}

type EventOf = { readonly [Each in RunEvent as Each['type']]: Each };

type Tellers = {
  readonly [Type in keyof EventOf]: (event: EventOf[Type], place: Position) => readonly TimelineEntry[];
};

function tell<Type extends keyof EventOf>(
  type: Type,
  event: EventOf[Type],
  place: Position,
): readonly TimelineEntry[] {
  return TELLERS[type](event, place);
}

/** Only workers need to know. */
const UNTOLD = (): readonly TimelineEntry[] => [];

/** Every type of event has an entry, so that a new one cannot be forgotten. */
const TELLERS: Tellers = {
  requested: ({ request }) => [by(request.requester, wish(request), request.reason)],
  'picked-up': UNTOLD,
  looked: (event, place) => [looked(event, place)],
  'build-asked': ({ asked: { target } }, place) => [
    {
      ...bot(`asked whether it may build ${plainCommit(target)}, which nobody has reviewed`),
      tookMs: since(place, 'requested'),
    },
  ],
  planned: ({ plan }, place) => [{ ...bot(planText(plan)), tookMs: since(place, 'requested', 'approved') }],
  'dry-run-ended': ({ plan }, place) => [
    { ...bot(`${planText(plan)}; a dry run ends here`), tookMs: since(place, 'requested', 'approved') },
  ],
  refused: ({ refusal }) => [bot(`refused: ${refusal.sentence}`)],
  'measure-asked': (event) => [by(event.by, 'asked what would be lost now')],
  measured: ({ loss }, place) => [
    {
      ...bot(loss === null ? 'could not count the rows again' : `counted the rows again: ${lossSum(loss)}`),
      tookMs: since(place, 'measure-asked'),
    },
  ],
  approved: ({ approval }, place) => [answered({ ...approval, by: approval.approver }, 'approved', place)],
  started: (event, place) => [
    { ...by(event.by, `started plan ${short(event.digest)}`), tookMs: since(place, 'planned') },
  ],
  denied: (event, place) => [answered(event, 'denied', place)],
  expired: (_, place) => [
    {
      ...bot(`let the ${isAboutBuilding(place) ? 'question' : 'plan'} expire: nobody decided in time`),
      tookMs: since(place, 'planned', 'build-asked'),
    },
  ],
  cancelled: (event) => [by(event.by, 'cancelled it before anything was changed')],
  'cancel-asked': (event) => [by(event.by, 'cancelled it: no step starts after the current one')],
  'switch-started': () => [bot('started the switch on the host')],
  'host-silent': (event) => [bot(hostSilenceText(event))],
  'host-lost': () => [bot('still had no answer from the host, and called people')],
  'host-answers': (_, place) => [
    { ...bot('heard from the host again'), tookMs: since(place, 'host-silent') },
  ],
  step: (event, place) => step(event, place),
  'switch-ended': (event, place) => [switchEnded(event, place)],
  verified: (event, place) => [
    { ...bot(checksText(event)), tookMs: since(place, 'switch-ended', 'recovery-begun') },
  ],
  'recovery-asked': ({ recovery, ...event }) => [
    by(event.by, `asked for ${decisionText(recovery)}; a second person has to approve`),
  ],
  'recovery-approved': ({ approval }, place) => [
    {
      ...by(approval.approver, 'approved that; more people have to', approval.reason),
      tookMs: since(place, 'recovery-asked'),
    },
  ],
  'recovery-dropped': (event) => [
    event.by === null
      ? bot('dropped that: nobody approved it in time')
      : by(event.by, 'denied that', event.reason),
  ],
  'recovery-begun': ({ recovery, approval, ...event }, place) => [
    approval === null
      ? {
          ...by(event.by, `decided: ${decisionText(recovery)}`),
          tookMs: since(place, 'switch-ended', 'verified'),
        }
      : {
          ...by(approval.approver, `approved ${decisionText(recovery)}`, approval.reason),
          tookMs: since(place, 'recovery-asked'),
        },
  ],
  'glass-broken': ({ glass: { by: who, digest, reason } }, place) => [
    {
      ...by(who, `broke the glass for ${short(digest)}, without the missing approvals: ${reason}`),
      tookMs: since(place, 'planned', 'recovery-asked'),
    },
  ],
  'glass-told': ({ webhook }) => (webhook === 'none' ? [] : [bot(glassCallText(webhook))]),
  'review-closed': (event) => [by(event.by, `reviewed the broken glass: ${event.note}`)],
  'review-reminded': () => [bot('reminded people of the review of the broken glass')],
  paged: ({ webhook }) => [bot(pageText(webhook))],
  acknowledged: (event, place) => [
    { ...by(event.by, 'is on it'), tookMs: since(place, 'switch-ended', 'verified') },
  ],
  'taken-over': (event) => [by(event.by, 'took over by hand')],
  'word-given': UNTOLD,
  'status-told': ({ problem, result }) =>
    problem === null
      ? []
      : [
          bot(
            `could not update the status page (${problem})${result === 'delayed' ? '; will try again' : ''}`,
          ),
        ],
  'back-said': (event) => [by(event.by, 'told the stakeholders that the site is back')],
  ticked: ({ box, on, ...event }) => [
    by(event.by, `${on ? 'confirmed' : 'took back the confirmation of'} "${manualCheckText(box)}"`),
  ],
  closed: (event) => [by(event.by, 'closed the run; the site stays as it is')],
  marked: UNTOLD,
  pruned: UNTOLD,
  'undone-closed': UNTOLD,
  'follow-up': ({ item, act, ...event }) => [by(event.by, `${DID[act]} "${followUpTitle(item)}"`)],
  'follow-ups-closed': ({ reason, ...event }) => [by(event.by, 'closed the follow-ups', reason)],
  reminded: ({ owed }) => [
    bot(`reminded people of ${owed.map(({ item }) => followUpTitle(item)).join(', ')}`),
  ],
  quarantined: ({ names }) => [bot(`placed the quarantine of ${quarantinedLabel(names)} on the host`)],
  'quarantine-lifted': () => [bot('lifted the quarantine on the host')],
  'records-written': ({ commit, branch }) => [
    bot(`committed the records to ${branch} as ${commit.slice(0, 7)}`),
  ],
  'records-pending': ({ why }) => [bot(`could not write the records yet: ${why}`)],
  'records-shown': () => [bot('put the texts for the matrix and the incident log into the thread')],
};

const DID: Readonly<Record<FollowUpAct, string>> = {
  take: 'took',
  'give-back': 'gave back',
  done: 'finished',
  reopen: 'reopened',
};

function by(person: string, what: string, reason: string | null = null): TimelineEntry {
  return { who: { person }, what: reason === null ? what : `${what}: ${reason}` };
}

function bot(what: string): TimelineEntry {
  return { who: 'bot', what };
}

/** What a person said to the plan, or before there was one, to building the target. */
interface Answered {
  readonly by: string;
  readonly digest: string;
  readonly reason?: string;
}

function answered({ by: person, digest, reason }: Answered, did: string, place: Position): TimelineEntry {
  const what = isAboutBuilding(place) ? 'building it' : `plan ${short(digest)}`;
  return { ...by(person, `${did} ${what}`, reason), tookMs: since(place, 'planned', 'build-asked') };
}

function isAboutBuilding({ past }: Position): boolean {
  const asked = past.findLast(({ event }) => event.type === 'planned' || event.type === 'build-asked');
  return asked?.event.type === 'build-asked';
}

function short(digest: string): string {
  return digest.slice(0, 12);
}

/** Milliseconds since the newest event of these types; null: there was none. */
function since({ at, past }: Position, ...types: readonly RunEvent['type'][]): number | null {
  const from = past.findLast(({ event }) => types.includes(event.type));
  return from === undefined ? null : Date.parse(at) - Date.parse(from.at);
}

function wish({ version, mode, backup, dryRun, undo }: EventOf['requested']['request']): string {
  const rollback = version === null ? 'asked to restore the database' : `asked to roll back to ${version}`;
  const what = undo === undefined ? rollback : `asked to undo ${undo}`;
  const how = [
    mode === null || mode === 'database-only' ? '' : `, ${modeText(mode)}`,
    backup === null ? '' : `, from ${backup}`,
    dryRun ? ', as a dry run' : '',
  ].join('');
  return `${what}${how}`;
}

/** While the switch runs, the text is a note, such as a lost connection, and not something that a worker checks. */
function looked({ what }: EventOf['looked'], { at, past, ahead }: Position): TimelineEntry {
  const phase = past.findLast(({ event }) =>
    ['switch-started', 'switch-ended', 'recovery-begun'].includes(event.type),
  );
  if (phase !== undefined && phase.event.type !== 'switch-ended') return bot(what);
  const next = ahead.find(({ event }) => event.type !== 'picked-up');
  return { ...bot(`checked ${what}`), tookMs: next ? Date.parse(next.at) - Date.parse(at) : null };
}

function planText({ digest, binding, facts }: EventOf['planned']['plan']): string {
  const where = facts.target === null ? '' : ` to ${commitLabel(facts.target)}`;
  return `made plan ${short(digest)}: ${modeText(binding.mode)}${where}`;
}

/** A step gets one line, at the time of its start, that also says how it ended. */
function step({ name, phase, hostTime }: EventOf['step'], { ahead }: Position): readonly TimelineEntry[] {
  if (phase === 'end') return [];
  const stop = ahead.findIndex(({ event }) => event.type === 'recovery-begun');
  const rest = (stop < 0 ? ahead : ahead.slice(0, stop)).map(({ event }) => event);
  const end = rest.find((event) => event.type === 'step' && event.name === name && event.phase === 'end');
  const title = stepTitle(name);
  const who = 'host' as const;
  if (end?.type !== 'step') return [{ at: hostTime, who, what: `${title}: its end is unknown` }];
  const failed = end.code === 0 ? '' : `: failed (${exitCode(end.code ?? 1)})`;
  const tookMs = Date.parse(end.hostTime) - Date.parse(hostTime);
  return [{ at: hostTime, tookMs, who, what: `${title}${failed}` }];
}

function switchEnded({ outcome, step: name, code }: EventOf['switch-ended'], place: Position): TimelineEntry {
  const tookMs = since(place, 'switch-started', 'recovery-begun');
  const title = `"${stepTitle(name)}"`;
  const why = code === CANCELLED ? `cancelled before ${title}` : `${title} failed (${exitCode(code)})`;
  const words = {
    done: 'all steps are done',
    untouched: 'ended with nothing changed',
    'put-back':
      name === 'go-back' ? 'went back to the previous state' : `put the previous state back: ${why}`,
    hold: `stopped: ${why}`,
    interrupted: `was interrupted at ${title}`,
  }[outcome];
  return { who: 'host', what: words, tookMs };
}

function checksText({ checks, health }: EventOf['verified']): string {
  const named = (result: string) => checks.filter((check) => check.result === result).map(({ name }) => name);
  const [failed, open] = [named('failed'), named('not-checked')];
  const parts = [
    `${named('passed').length} of ${checks.length} checks passed`,
    ...(failed.length > 0 ? [`failed: ${failed.join(', ')}`] : []),
    ...(open.length > 0 ? [`not checked: ${open.join(', ')}`] : []),
    health.status === null
      ? `no answer from the health page (${health.word})`
      : `health ${health.status} ${health.word}`,
  ];
  return `checked the site: ${parts.join('; ')}`;
}

function pageText(webhook: EventOf['paged']['webhook']): string {
  if (typeof webhook === 'object') return `called people in Slack; the webhook failed: ${webhook.error}`;
  return webhook === 'sent' ? 'called people in Slack and through the webhook' : 'called people in Slack';
}

function glassCallText(webhook: 'sent' | { readonly error: string }): string {
  return typeof webhook === 'object'
    ? `could not tell the paging webhook about the broken glass: ${webhook.error}`
    : 'told the paging webhook about the broken glass';
}
