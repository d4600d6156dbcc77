import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { RollbackRequest } from '../../../src/domain/run/request.ts';
import { approval, plan } from '../story/run.ts';
import { ALICE, BOB, T } from '../story/site.ts';

interface Story {
  readonly asked: RollbackRequest;
  readonly events: readonly RunEvent[];
}

type Text = () => string;

/** Runs that got as far as that, and in which people gave no reason. */
export interface Begun {
  /** Held at `step`. */
  readonly held: Story;
  readonly step: string;
  /** Waits for two approvals. */
  readonly waiting: Story;
  readonly succeeded: Story;
}

/** The same, with a reason of whoever approved or denied, as it would stand in a record to which somebody writes what they like. */
export function reasonStories(text: Text, { held, step, waiting, succeeded }: Begun): readonly Story[] {
  const after = ({ asked, events }: Story, event: RunEvent): Story => ({ asked, events: [...events, event] });
  return [
    ...atStop(text, held, step),
    after(waiting, saidYes(text)),
    after(waiting, denied(text)),
    {
      ...succeeded,
      events: succeeded.events.map((event) =>
        event.type === 'approved' ? { ...event, approval: { ...event.approval, reason: text() } } : event,
      ),
    },
  ];
}

const saidYes = (text: Text): RunEvent => ({
  type: 'approved',
  approval: approval(plan(), { digest: 'd'.repeat(64), reason: text() }),
});

const denied = (text: Text): RunEvent => ({
  type: 'denied',
  by: BOB,
  digest: 'd'.repeat(64),
  reason: text(),
});

/** A decision that a second person has denied, approved as one of two, and approved for good, each with a reason. */
function atStop(text: Text, { asked, events }: Story, step: string): readonly Story[] {
  const recovery = { action: 'skip', step, attempt: 2 } as const;
  const digest = 'd'.repeat(64);
  const ask: RunEvent = { type: 'recovery-asked', recovery, by: ALICE, digest, expiresAt: T.expires };
  const yes = () => approval(plan(), { digest, reason: text() });
  const begin: RunEvent = {
    ...ask,
    type: 'recovery-begun',
    approval: yes(),
    approvals: [yes()],
  };
  const ends: readonly (() => RunEvent)[] = [
    () => ({ type: 'recovery-dropped', by: BOB, reason: text() }),
    () => ({ type: 'recovery-approved', approval: yes() }),
    () => begin,
  ];
  return ends.map((end) => ({ asked, events: [...events, ask, end()] }));
}
