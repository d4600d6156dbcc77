import { describe, expect, it } from 'vitest';
import { isAllowed } from '../../../src/domain/lifecycle/allowed.ts';
import { foldRun } from '../../../src/domain/lifecycle/fold.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import { isHostSilent, stopName } from '../../../src/domain/run/host-silence.ts';
import { updateFor } from '../../../src/domain/stakeholders/updates.ts';
import { nextPageAt } from '../../../src/domain/stop/calls.ts';
import { offers } from '../../../src/domain/stop/offers.ts';
import { siteState } from '../../../src/domain/stop/site-state.ts';
import { HASH, SEAL } from '../../support/fakes/signer.ts';
import { ended, eventsTo, plan, RUN_ID, runIn, steps } from '../../support/story/run.ts';
import { ALICE, BOB, request, site, T } from '../../support/story/site.ts';

const WHY = 'no route to host';

const SILENT: RunEvent = { type: 'host-silent', why: WHY };

const LOST: RunEvent = { type: 'host-lost', why: 'no answer in time' };

const ANSWERS: RunEvent = { type: 'host-answers' };

const at = (seconds: number) => new Date(Date.parse(T.switched) + seconds * 1000).toISOString();

/** The run while it switches and what came then, one second after the other. */
function runAfter(...events: readonly RunEvent[]) {
  const past: readonly RunEvent[] = [{ type: 'requested', request: request() }, ...eventsTo('switching')];
  const all = [...past, ...events];
  return foldRun(
    RUN_ID,
    all.map(
      (event, seq): StoredEvent => ({ seq, at: at(seq - past.length + 1), hash: HASH, seal: SEAL, event }),
    ),
  );
}

describe('a host that gives no answer', () => {
  it('is silent since the first question that was not answered', () => {
    const run = runAfter(SILENT, SILENT);

    expect(run).toMatchObject({
      state: 'switching',
      silence: { since: at(1), why: WHY },
      history: { silences: [] },
    });
    expect(isHostSilent(run)).toBe(false);
  });

  it('needs people after a while, who are called like at every stop', () => {
    const run = runAfter(SILENT, LOST);

    expect(run).toMatchObject({
      state: 'needs-decision',
      stop: { since: at(2) },
      silence: { since: at(1), why: 'no answer in time' },
      history: { silences: [{ since: at(1), why: 'no answer in time', until: null }] },
    });
    expect(isHostSilent(run)).toBe(true);
    expect(stopName(run)).toBe('away-1');
  });

  it('leaves nothing to be tried again, left out or taken back, but can be told of a Cancel', () => {
    const run = runAfter(SILENT, LOST);
    const recovery = { action: 'go-back', step: 'proof', attempt: 2 } as const;

    expect(offers(run)).toEqual([]);
    expect(
      isAllowed(run, {
        type: 'recovery-begun',
        recovery,
        by: BOB,
        digest: 'd',
        expiresAt: T.expires,
        approval: null,
      }),
    ).toBe(false);
    expect(isAllowed(run, { type: 'cancel-asked', by: ALICE })).toBe(true);
    expect(isAllowed(run, { type: 'closed', by: ALICE })).toBe(true);
    for (const step of steps(['stop', null])) expect(isAllowed(run, step)).toBe(false);
  });

  it('takes the run back as soon as it answers, as if nothing had been asked of people', () => {
    const run = runAfter(SILENT, LOST, { type: 'acknowledged', by: BOB }, ANSWERS);

    expect(run).toMatchObject({
      state: 'switching',
      silence: null,
      history: { silences: [{ since: at(1), until: at(4) }] },
    });
    expect(nextPageAt(run, 1)).toBeNull();
    expect(stopName(run)).toBe('stop-1');
  });

  it('needs people once more when it is lost again', () => {
    const run = runAfter(SILENT, LOST, { type: 'acknowledged', by: BOB }, ANSWERS, SILENT, LOST);

    expect(run).toMatchObject({ stop: { since: at(6), acknowledgedBy: null }, silence: { since: at(5) } });
    expect(run.history.silences.map(({ until }) => until)).toEqual([at(4), null]);
    expect(stopName(run)).toBe('away-2');
  });

  it('neither comes back nor is lost where it was not silent', () => {
    expect([LOST, ANSWERS].map((event) => isAllowed(runAfter(), event))).toEqual([false, false]);
    expect(isAllowed(runIn('needs-decision', plan()), ANSWERS)).toBe(false);
  });

  it('is all that is known, in words that name the connection’s own', () => {
    expect(siteState(runAfter(SILENT, LOST), site())).toEqual({
      headline: "Can't tell whether Acme Kitchens is up.",
      detail: 'Its host does not answer: no answer in time.',
    });
  });

  it('lets stakeholders hear what is certain: that it goes on', () => {
    expect(updateFor(runAfter(SILENT, LOST))).toBe('still-working');
    expect(updateFor(runAfter(ended('hold', 'restore', 3)))).toBe('people-called');
  });
});
