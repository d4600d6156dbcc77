import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { broken, ended, eventsTo } from '../story/run.ts';
import { ALICE, BOB, T } from '../story/site.ts';

/** Someone broke the glass, of a plan and of a decision, and someone reviewed it. */
export function brokenGlass(text: () => string, of: Plan): readonly (readonly RunEvent[])[] {
  const glass = () => broken(of, { by: BOB, reason: text() });
  const [planned] = eventsTo('awaiting-approval', of);
  const rest = eventsTo('succeeded', of).slice(2);
  const before = planned === undefined ? [] : [planned];
  const stopped = [...eventsTo('switching', of), ended('hold', 'restore', 3)];
  const asked = { recovery: { action: 'retry', step: 'restore', attempt: 2 }, by: ALICE } as const;
  const about = { ...asked, digest: of.digest, expiresAt: T.expires };
  return [
    [...before, glass()],
    [...before, glass(), { type: 'glass-told', number: 1, webhook: { error: text() } }, ...rest],
    [...before, glass(), ...rest, { type: 'review-reminded', number: 1 }],
    [...before, glass(), ...rest, { type: 'review-closed', by: ALICE, note: text() }],
    [
      ...stopped,
      { type: 'recovery-asked', ...about },
      glass(),
      { type: 'recovery-begun', ...about, approval: null },
    ],
  ];
}
