import type { Factor } from '../../domain/approval/factor.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import { glassFor } from '../../domain/run/glass.ts';
import { buildingText } from '../../domain/run/open-question.ts';
import { isTerminal, type Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import { type Phrase, person, phrase } from '../../domain/text/phrase.ts';
import type { Clock, Signer } from '../ports/outside.ts';
import type { People } from '../ports/people.ts';
import { RecordDamaged, type RunStore } from '../ports/run-store.ts';
import type { Inventory } from '../ports/site.ts';
import type { Wakeups } from '../ports/workers.ts';

export interface DecisionDeps {
  readonly store: RunStore;
  readonly people: People;
  readonly wakeups: Wakeups;
  readonly inventory: Inventory;
  readonly signer: Signer;
  readonly clock: Clock;
}

/** One click: which run, which plan the button belongs to, who pressed it. */
export interface Click {
  readonly run: string;
  /** null if the button belongs to no plan, as a Cancel does before there is one. */
  readonly digest: string | null;
  readonly user: string;
  /** What they typed beside Approve or Deny. Absent: nothing. */
  readonly reason?: string | undefined;
  /** What they have shown with it, as the bot has checked. Absent: nothing. */
  readonly factor?: Factor | undefined;
}

/** Every click gets one of these answers, in words for the person who clicked. */
export type ClickResult =
  | { readonly kind: 'done'; readonly sentence: Phrase }
  /** Too late, or the second time: nothing changed. The sentence says what is true now. */
  | { readonly kind: 'late'; readonly sentence: Phrase }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** How often a click is tried again after someone else wrote first. Twenty clicks at once need twenty rounds at most. */
const ROUNDS = 25;

export type Verdict =
  | ClickResult
  | {
      readonly event: RunEvent;
      /** Written together with it. */
      readonly and?: RunEvent;
      readonly sentence: Phrase;
    };

/**
 * Reads, decides and writes by compare-and-set. If someone else wrote first, it reads again and decides on what is true now.
 */
export async function decide(
  deps: DecisionDeps,
  click: Click,
  rule: (run: Run, site: Site) => Promise<Verdict>,
): Promise<ClickResult> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const run = await readOrRefuse(deps.store, click.run);
    if (run !== null && 'code' in run) return { kind: 'refused', refusal: run };
    if (run === null)
      return {
        kind: 'refused',
        refusal: refusal('plan-changed', `The run ${click.run} no longer exists.`, 'Type the command again.'),
      };
    const site = deps.inventory.byKey(run.request.site);
    if (!site) return { kind: 'refused', refusal: withoutSite(run) };
    const verdict = await rule(run, site);
    if (!('event' in verdict)) return verdict;
    const events = verdict.and === undefined ? [verdict.event] : [verdict.event, verdict.and];
    if ((await deps.store.append(run, ...events)) !== null) {
      await Promise.all([deps.wakeups.advance(run.id), deps.wakeups.show(run.id)]);
      return { kind: 'done', sentence: verdict.sentence };
    }
  }
  return {
    kind: 'refused',
    refusal: refusal(
      'plan-changed',
      'Too many people pressed a button at the same moment, so yours was not saved.',
      'Check the newest message, and press again if it still asks.',
    ),
  };
}

async function readOrRefuse(store: RunStore, id: string): Promise<Run | Refusal | null> {
  try {
    return await store.read(id);
  } catch (error) {
    if (!(error instanceof RecordDamaged)) throw error;
    return refusal(
      'record-unreadable',
      `The record of ${id} was changed in Redis by somebody else than the bot, so nothing is done on its word.`,
      'Tell whoever runs the bot: rollback-bot audit verify says what was changed.',
    );
  }
}

function withoutSite(run: Run): Refusal {
  const sentence = `The site ${run.request.site} is no longer in the configuration.`;
  return isTerminal(run.state)
    ? refusal(
        'plan-changed',
        `${sentence} ${run.id} has ended.`,
        'Put the site back into the configuration, then press again.',
      )
    : refusal('plan-changed', sentence, 'Put it back into the configuration, and press again.');
}

/** The answer to a click that comes too late; null if it is in time. */
export function lateAnswer(run: Run, wanted: readonly Run['state'][]): ClickResult | null {
  if (wanted.includes(run.state)) return null;
  return { kind: 'late', sentence: stateSentence(run) };
}

/** Where a run stands, for someone whose click comes too late. */
export function stateSentence(run: Run): Phrase {
  const { id, build, consent, plan, end } = run;
  const approver = consent?.approvals.at(-1)?.approver ?? null;
  const starter = consent?.started?.by ?? null;
  const cleared = build?.approvals.at(-1)?.approver ?? null;
  const glass = plan === null ? null : glassFor(run, plan.digest);
  switch (run.state) {
    case 'planning':
      return cleared === null
        ? `${id} ${STATES.planning}`
        : doneBy(
            `${id}: ${buildingText(run)} was already approved`,
            cleared,
            '. The bot is making the plan.',
          );
    case 'ready':
    case 'switching':
    case 'verifying':
      if (glass !== null)
        return doneBy(`The glass of ${id} was already broken`, glass.by, ', and it is under way.');
      return approver === null
        ? doneBy(`${id} was already started`, starter, ' and is under way.')
        : doneBy(`${id} was already approved`, approver, ' and is under way.');
    case 'denied':
      return doneBy(`${id} was already denied`, end?.by ?? null, '.');
    case 'cancelled':
      return doneBy(`${id} was already cancelled`, end?.by ?? null, '.');
    case 'closed':
      return doneBy(`${id} has already ended: it was closed`, end?.by ?? null, '.');
    default:
      return `${id} ${STATES[run.state]}`;
  }
}

type NamesNobody = Exclude<
  Run['state'],
  'ready' | 'switching' | 'verifying' | 'denied' | 'cancelled' | 'closed'
>;

const STATES: Readonly<Record<NamesNobody, string>> = {
  planning: 'is still being planned.',
  'awaiting-build-approval': 'is waiting for an approver, because nobody has reviewed the version yet.',
  'awaiting-approval': 'is waiting for an approval.',
  'awaiting-start': 'is waiting for someone to press Start.',
  'needs-decision': 'is waiting for a decision on its newest message.',
  expired: 'has expired: nobody decided in time. Type the command again to get a fresh plan.',
  succeeded: 'has already ended: it succeeded.',
  failed: 'has already ended: it failed, and the site runs as before.',
  refused: 'has already ended: it was refused.',
  'dry-run': 'has already ended: it was a dry run.',
};

function doneBy(what: string, id: string | null, rest: string): Phrase {
  return id === null ? `${what}${rest}` : phrase`${what} by ${person(id)}${rest}`;
}

export function replaced(): Refusal {
  return refusal(
    'plan-changed',
    'This button belongs to a plan that has been replaced.',
    'Decide on the newest message of this run.',
  );
}
