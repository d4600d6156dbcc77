import { expect, it } from 'vitest';
import type { Run } from '../../../../src/domain/run/run.ts';
import { card } from '../../../../src/slack/render/plan/card.ts';
import { approval, eventsTo, plan, runOf } from '../../../support/story/run.ts';
import { BOB, CAROL, site } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

it('the card shows what those who decided said', () => {
  const of = { ...plan(), quorum: 2 };
  const yes = (approver: string, reason: string) =>
    ({ type: 'approved', approval: approval(of, { approver, reason }) }) as const;
  const [first, second] = [yes(BOB, 'no orders'), yes(CAROL, '<!channel>')];
  const waiting = runOf([...eventsTo('awaiting-approval', of), first]);
  const ready = runOf([...eventsTo('awaiting-approval', of), first, second]);
  const denied = runOf([
    ...eventsTo('awaiting-approval', of),
    { type: 'denied', by: BOB, digest: of.digest, reason: 'a sale is on' },
  ]);
  const says = (run: Run) =>
    seen(card(run, site({ approvers: [BOB, CAROL] }), of)).filter((line) => line.startsWith('*Reason*'));

  expect(says(waiting)).toEqual([`*Reason*  <@${BOB}>: no orders`]);
  expect(says(ready)).toEqual([`*Reason*  <@${BOB}>: no orders`, `*Reason*  <@${CAROL}>: &lt;!channel&gt;`]);
  expect(says(denied)).toEqual([`*Reason*  <@${BOB}>: a sale is on`]);
});
