import type { StoredEvent } from '../run/event.ts';
import { isTerminal, type Run } from '../run/run.ts';
import { isAllowed } from './allowed.ts';
import { change } from './changes.ts';
import { NO_FOLLOW_UPS } from './follow-ups.ts';
import { NO_GLASS } from './glass.ts';
import { stopped } from './stops.ts';
import { NO_UPDATES } from './updates.ts';

/** Folds a run from its events. Errors: throws if the list is empty or does not begin with `requested`. */
export function foldRun(id: string, events: readonly StoredEvent[]): Run {
  const first = events[0];
  if (first?.event.type !== 'requested') throw new Error(`run ${id} has no beginning`);
  const blank: Run = {
    id,
    revision: 1,
    hash: first.hash,
    state: 'planning',
    epoch: 0,
    requestedAt: first.at,
    // Entries without a seal stand at the beginning, if anywhere.
    isSealed: first.seal !== undefined,
    request: first.event.request,
    progress: null,
    waitingSince: first.at,
    refusal: null,
    build: null,
    plan: null,
    consent: null,
    switched: null,
    silence: null,
    stop: null,
    verification: null,
    end: null,
    endEntry: null,
    history: { stops: [], requests: [], silences: [] },
    confirmations: {},
    followUps: NO_FOLLOW_UPS,
    glass: NO_GLASS,
    updates: NO_UPDATES,
    tasks: { marked: false, pruned: false, undoneClosed: false, records: null },
  };
  return events.slice(1).reduce((run, stored) => applyEvent(run, stored), blank);
}

/** The one transition function. Errors: throws on an event that the state does not allow. */
export function applyEvent(run: Run, { event, at, seq, hash }: StoredEvent): Run {
  if (!isAllowed(run, event))
    throw new Error(`run ${run.id}: ${event.type} is not allowed while ${run.state}`);
  const next = { ...change(run, event, at), revision: seq + 1, hash };
  if (isTerminal(next.state) && !isTerminal(run.state))
    return { ...next, end: next.end ?? { at, by: null, commands: null }, endEntry: { seq, hash } };
  return next.state === 'needs-decision' && run.state !== 'needs-decision' ? stopped(next, at) : next;
}
