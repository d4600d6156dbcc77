import { type DataWindow, dataWindow } from '../outcome/data-window.ts';
import { downtimeMs, downtimes } from '../outcome/downtime.ts';
import { isHostSilent } from '../run/host-silence.ts';
import type { GivenUpdate, Run } from '../run/run.ts';
import { isVerified } from '../run/verified.ts';
import type { UpdateKind } from '../site/stakeholders.ts';

/** One thing that stakeholders hear, with everything that its text needs. */
export interface Update {
  /** Names it within the run. */
  readonly key: string;
  readonly kind: UpdateKind;
  readonly at: string;
  readonly since: string;
  /** By when the next word comes, ISO 8601; null: this is the last, or a person says it. */
  readonly nextAt: string | null;
  /** The rest only once the site is back; null or nothing before. */
  readonly until: string | null;
  readonly downtimeMs: number | null;
  readonly lost: DataWindow | null;
}

/** When the word is due that was promised last, ISO 8601; null: none was, or the run has ended. */
export function nextUpdateAt(run: Run, everyMs: number): string | null {
  const last = run.updates.given.at(-1);
  return last === undefined || run.end !== null ? null : later(last.at, everyMs);
}

/** What is true when the promised word is due and the run goes on. */
export function updateFor(run: Run): Exclude<GivenUpdate['kind'], 'started'> {
  // Of a host that does not answer it is not known that the site has not come back.
  return run.state === 'needs-decision' && !isHostSilent(run) ? 'people-called' : 'still-working';
}

/** Everything that stakeholders have heard of a run so far, in order; empty until its first stop. */
export function updatesOf(run: Run, everyMs: number): readonly Update[] {
  const since = downtimes(run)[0]?.from;
  if (since === undefined) return [];
  const given = run.updates.given.map(
    ({ kind, at }, index): Update => ({
      key: index === 0 ? kind : `word-${index}`,
      kind,
      at,
      since,
      nextAt: later(at, everyMs),
      until: null,
      downtimeMs: null,
      lost: null,
    }),
  );
  return [...given, ...lastUpdates(run, since)];
}

function lastUpdates(run: Run, since: string): readonly Update[] {
  const { state, end } = run;
  const { back } = run.updates;
  if (end === null) return [];
  const seen = downtimes(run).at(-1)?.until ?? end.at;
  const over = {
    since,
    nextAt: null,
    at: end.at,
    until: seen,
    downtimeMs: downtimeMs(run) ?? between(since, seen),
    lost: dataWindow(run),
  };
  if (isVerified(run)) return [{ ...over, key: 'end', kind: 'restored' }];
  if (state === 'failed') return [{ ...over, key: 'end', kind: 'as-before' }];
  // Taken over by hand, or taken as it is although its proof did not hold: what visitors see only a person can say.
  const byHand: Update = {
    ...over,
    key: 'end',
    kind: 'not-restored',
    until: null,
    downtimeMs: null,
    lost: null,
  };
  if (back === null) return [byHand];
  // What a person has done by hand to the data is not known.
  const lost: DataWindow = state === 'closed' ? { kind: 'unknown' } : over.lost;
  const { at } = back;
  return [
    byHand,
    { ...over, key: 'back', kind: 'restored', at, until: at, downtimeMs: between(since, at), lost },
  ];
}

/** Two clocks may be a little apart; nobody was away for less than nothing. */
function between(since: string, until: string): number {
  return Math.max(0, Date.parse(until) - Date.parse(since));
}

/**
 * What a status page has to be told next: null where it has heard all that still matters. A last word makes everything
 * before it pointless; of the words in between only the newest counts, and only after the first.
 */
export function statusDue(run: Run, everyMs: number, stillWorking: boolean): Update | null {
  const words = updatesOf(run, everyMs);
  const isDue = (word: Update | undefined): word is Update =>
    word !== undefined &&
    !run.updates.statusPage.some((one) => one.update === word.key && one.result !== 'delayed');
  const first = words[0];
  const newest = words.at(-1);
  if (run.end === null && isDue(first)) return first;
  if (newest === first || (newest?.nextAt !== null && !stillWorking)) return null;
  return isDue(newest) ? newest : null;
}

function later(iso: string, ms: number): string {
  return new Date(Date.parse(iso) + ms).toISOString();
}
