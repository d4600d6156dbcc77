import { expect, it } from 'vitest';
import { foldRun } from '../../src/domain/lifecycle/fold.ts';
import type { RunEvent, StoredEvent } from '../../src/domain/run/event.ts';
import { chain, unsealedHash, verifyChain } from '../../src/store/audit.ts';
import { entryText, newOperation, parseEntries } from '../../src/store/stored-event.ts';
import { recordKeys } from '../support/fakes/signer.ts';
import { RUN_ID } from '../support/story/run.ts';
import { request, T } from '../support/story/site.ts';
import { SWITCHING } from '../support/story/stage.ts';

const ROUNDS = 200;

const EVENTS: readonly RunEvent[] = [
  { type: 'requested', request: request() },
  ...SWITCHING,
  ...Array.from(
    { length: 56 },
    (_, index): RunEvent => ({
      type: 'step',
      name: `step-${Math.floor(index / 2)}`,
      phase: index % 2 === 0 ? 'start' : 'end',
      code: index % 2 === 0 ? null : 0,
      hostTime: T.decided,
    }),
  ),
];

const sealed = () => chain({ run: RUN_ID, previous: '', seq: 0 }, T.planned, EVENTS, recordKeys);

/** As before there were seals. */
function unsealed(): readonly StoredEvent[] {
  let previous = '';
  return EVENTS.map((event, seq) => {
    const hash = unsealedHash(previous, { seq, at: T.planned, event });
    previous = hash;
    return { seq, at: T.planned, event, hash };
  });
}

const texts = (entries: readonly StoredEvent[]) => entries.map((entry) => entryText(newOperation(), entry));

/** The median of several rounds, in milliseconds. Pairs alternate, so that the machine's moods fall on both. */
function inPairs(one: () => unknown, other: () => unknown): readonly [number, number] {
  const took: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [at, work] of [one, other].entries()) {
      const began = performance.now();
      work();
      took[at]?.push(performance.now() - began);
    }
  const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  return [median(took[0]), median(took[1])];
}

it('what seals cost in a run of 60 entries, beside the hashes of before', () => {
  const [withSeals, without] = [texts(sealed()), texts(unsealed())];
  const read = inPairs(
    () => foldRun(RUN_ID, parseEntries(RUN_ID, withSeals, recordKeys)),
    () => foldRun(RUN_ID, parseEntries(RUN_ID, without, recordKeys)),
  );
  const write = inPairs(
    () => texts(sealed()),
    () => texts(unsealed()),
  );
  for (const [what, [now, before]] of Object.entries({ read, write }))
    console.info(
      `${what} ${EVENTS.length} entries: ${now.toFixed(2)} ms with seals, ${before.toFixed(2)} ms without, ${(now / before).toFixed(2)} times`,
    );

  expect(EVENTS).toHaveLength(60);
  expect(verifyChain(RUN_ID, sealed(), recordKeys)).toBeNull();
});
