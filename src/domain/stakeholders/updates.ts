import { type DataWindow, dataWindow } from '../outcome/data-window.ts';
import { downtimeMs, downtimes } from '../outcome/downtime.ts';
import { isHostSilent } from '../run/host-silence.ts';
import type { GivenUpdate, Run } from '../run/run.ts';
import { isVerified } from '../run/verified.ts';
import type { UpdateKind } from '../site/stakeholders.ts';

/** One update for stakeholders, with everything that its text needs. */
export interface Update {
  /** Names it within the run. */
  readonly key: string;
  readonly kind: UpdateKind;
  readonly at: string;
  readonly since: string;
  /** By when the next update comes, ISO 8601; null: this is the last, or a person gives the next. */
  readonly nextAt: string | null;
  /** From here on: null until the site is back. */
  readonly until: string | null;
  readonly downtimeMs: number | null;
  readonly lost: DataWindow | null;
}

/** When the promised update is due, ISO 8601; null: none was promised, or the run has ended. */
export function nextUpdateAt(run: Run, everyMs: number): string | null {
  const last = run.updates.given.at(-1);
  return last === undefined || run.end !== null ? null : later(last.at, everyMs);
}

/** What the promised update has to say if the run is still under way. */
export function updateFor(run: Run): Exclude<GivenUpdate['kind'], 'started'> {
  // If the host does not answer, the site may well be back.
  return run.state === 'needs-decision' && !isHostSilent(run) ? 'people-called' : 'still-working';
}

/** All updates on a run so far, in order; empty until the run stops its site. */
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
  // Someone took over by hand, or accepted failed checks: only a person can say what visitors see.
  const byHand: Update = {
    ...over,
    key: 'end',
    kind: 'not-restored',
    until: null,
    downtimeMs: null,
    lost: null,
  };
  if (back === null) return [byHand];
  // Nobody knows what people have done to the data by hand.
  const lost: DataWindow = state === 'closed' ? { kind: 'unknown' } : over.lost;
  const { at } = back;
  return [
    byHand,
    { ...over, key: 'back', kind: 'restored', at, until: at, downtimeMs: between(since, at), lost },
  ];
}

/** The times are of two clocks, which may differ a little: never less than zero. */
function between(since: string, until: string): number {
  return Math.max(0, Date.parse(until) - Date.parse(since));
}

/**
 * The update that a status page needs next; null: it has all that still matter. The last update makes all others pointless.
 * Of those in between only the newest counts, and only after the first.
 */
export function statusDue(run: Run, everyMs: number, stillWorking: boolean): Update | null {
  const updates = updatesOf(run, everyMs);
  const isDue = (update: Update | undefined): update is Update =>
    update !== undefined &&
    !run.updates.statusPage.some((one) => one.update === update.key && one.result !== 'delayed');
  const first = updates[0];
  const newest = updates.at(-1);
  if (run.end === null && isDue(first)) return first;
  if (newest === first || (newest?.nextAt !== null && !stillWorking)) return null;
  return isDue(newest) ? newest : null;
}

function later(iso: string, ms: number): string {
  return new Date(Date.parse(iso) + ms).toISOString();
}
