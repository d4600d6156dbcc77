import type { KnownBlock, ModalView } from '@slack/types';
import { factorWanted } from '../../../domain/plan/factor-wanted.ts';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { distance } from '../../../report/text.ts';
import { titleOf } from '../../../report/titles.ts';
import { section, smallPrint } from '../blocks/blocks.ts';
import { codeInput } from '../blocks/code-input.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { reasonInput } from '../blocks/reason.ts';
import { moment } from '../blocks/text.ts';
import { rowLines } from './card.ts';

/** Slack sends it back when someone presses Approve in the view. */
export const LOSS_CALLBACK = 'loss';

/** Shown while a worker counts: Slack lets us open a view only within seconds of the click. */
export function countingView(): ModalView {
  return view([section(':mag: Counting the rows of the live database …')]);
}

/** A sentence instead of figures, e.g. that it is too late. */
export function sentenceView(text: string): ModalView {
  return view([section(text)]);
}

/** What an approval would lose now, with the button that approves. */
export function lossView(run: Run, site: Site, channel: string): ModalView {
  const { plan, consent } = run;
  const measured = consent?.measured;
  const backup = plan?.facts.backup;
  if (!plan || !backup || !measured)
    return sentenceView('There is nothing to count: the database stays as it is.');
  const lines = [
    `*${escaped(titleOf(site, plan))}*`,
    `Everything written to the database since *${moment(backup.takenAt)}* (${distance(backup.takenAt, measured.at)}) will be lost. Uploaded files stay.`,
    ...rowLines(measured.loss, plan.facts.undo && `after ${plan.facts.undo.run}`),
  ];
  const blocks = [section(lines.join('\n')), smallPrint(`${run.id} · counted ${moment(measured.at)}`)];
  return run.state === 'awaiting-approval'
    ? {
        ...view([...blocks, ...(factorWanted(plan, site) === undefined ? [] : [codeInput()]), reasonInput()]),
        callback_id: LOSS_CALLBACK,
        private_metadata: JSON.stringify({ run: run.id, digest: plan.digest, channel }),
        submit: { type: 'plain_text', text: 'Approve' },
      }
    : view(blocks);
}

function view(blocks: KnownBlock[]): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'What is lost now' },
    close: { type: 'plain_text', text: 'Back' },
    blocks,
  };
}
