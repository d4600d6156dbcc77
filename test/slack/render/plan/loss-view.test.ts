import type { KnownBlock } from '@slack/types';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import {
  countingView,
  LOSS_CALLBACK,
  lossView,
  sentenceView,
} from '../../../../src/slack/render/plan/loss-view.ts';
import { approval, eventsTo, plan, RUN_ID, runOf } from '../../../support/story/run.ts';
import { ALICE, site } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

const OF = plan();
const MEASURED: RunEvent = {
  type: 'measured',
  loss: [{ table: 'website_lead', words: 'leads', now: 15, exact: true, inBackup: 12 }],
};
const WAITING = [...eventsTo('awaiting-approval', OF), { type: 'measure-asked', by: ALICE } as const];
const lines = (view: { blocks: readonly unknown[] }) =>
  seen({ text: 'a view', blocks: view.blocks as KnownBlock[] });

it('says that it is counting, with nothing to press', () => {
  expect(lines(countingView())).toEqual([':mag: Counting the rows of the live database …']);
  expect(countingView()).not.toHaveProperty('submit');
});

it('shows what would be lost now, and approves this plan', () => {
  const run = runOf([...WAITING, MEASURED]);
  const view = lossView(run, site(), 'C01OPS');

  expect(run.consent?.measuring).toBe(false);
  expect(lines(view)).toEqual([
    '*Roll Acme Kitchens (production) back to v0.5.0*',
    'Everything written to the database since *2026-03-01 01:40 UTC* (35 minutes) will be lost. Uploaded files stay.',
    '• leads: 15 rows now, 12 in the backup',
    '*Rows in total*  3 rows go; edits are not counted.',
    '~ acme-kitchens-7 · counted 2026-03-01 02:15 UTC',
    '_ Reason (optional)',
  ]);
  expect(view).toMatchObject({
    callback_id: LOSS_CALLBACK,
    private_metadata: JSON.stringify({ run: RUN_ID, digest: OF.digest, channel: 'C01OPS' }),
    submit: { text: 'Approve' },
  });
});

it('approves nothing once it is decided', () => {
  const decided = runOf([...WAITING, MEASURED, { type: 'approved', approval: approval(OF) }]);

  expect(lossView(decided, site(), 'C01OPS')).not.toHaveProperty('submit');
});

it('says so where the rows could not be counted, and where there is nothing to count', () => {
  const uncounted = runOf([...WAITING, { type: 'measured', loss: null }]);

  expect(lines(lossView(uncounted, site(), 'C01OPS'))).toContain('*Rows*  Could not be counted.');
  expect(lines(lossView(runOf(WAITING), site(), 'C01OPS'))).toEqual([
    'There is nothing to count: the database stays as it is.',
  ]);
  expect(lines(sentenceView('Too late.'))).toEqual(['Too late.']);
});
