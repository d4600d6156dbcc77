import type { ModalView } from '@slack/types';
import { factorWanted } from '../../../domain/plan/factor-wanted.ts';
import { restoresDatabase } from '../../../domain/plan/mode.ts';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { DECISION_LABELS } from '../../../domain/stop/labels.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { titleOf } from '../../../report/titles.ts';
import { section } from '../blocks/blocks.ts';
import { codeInput } from '../blocks/code-input.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { moment } from '../blocks/text.ts';

export const GLASS_CALLBACK = 'break-glass';

export const REVIEW_CALLBACK = 'close-review';

const LONGEST = 300;

/** Asks for the site's name and a reason, and for a code where an approval needs one. `open`: runs of this site whose review is still open. */
export function glassView(
  run: Run,
  site: Site,
  {
    digest,
    channel,
    open,
  }: { readonly digest: string; readonly channel: string; readonly open: readonly Run[] },
): ModalView {
  const more = open.map(({ id }) => id).join(', ');
  return {
    type: 'modal',
    callback_id: GLASS_CALLBACK,
    private_metadata: JSON.stringify({ run: run.id, digest, channel, slug: site.slug }),
    title: { type: 'plain_text', text: 'Break glass' },
    submit: { type: 'plain_text', text: 'Break glass' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      section(
        `*${escaped(whatBegins(run, site))}* begins at once, without the approvals that it still lacks.${lost(run)}\nEvery approver is told now, with your reason, and one of them has to review it.`,
      ),
      ...(open.length === 0
        ? []
        : [
            section(
              `:warning: The glass of this site was broken before, and nobody has reviewed that yet: ${more}.`,
            ),
          ]),
      {
        type: 'input',
        block_id: 'site',
        label: { type: 'plain_text', text: `Type ${site.slug}` },
        element: { type: 'plain_text_input', action_id: 'value', max_length: 60 },
      },
      {
        type: 'input',
        block_id: 'reason',
        label: { type: 'plain_text', text: 'Why it cannot wait for an approver' },
        hint: { type: 'plain_text', text: 'At least three words. It stays in the record.' },
        element: { type: 'plain_text_input', action_id: 'value', max_length: LONGEST },
      },
      ...(factorWanted(run.plan, site) === undefined ? [] : [codeInput()]),
    ],
  };
}

function whatBegins(run: Run, site: Site): string {
  const asked = run.stop?.asked ?? null;
  if (run.state === 'needs-decision' && asked !== null)
    return `${DECISION_LABELS[asked.recovery.action]} for ${run.id} on ${oneLine(site.name)}`;
  return run.plan === null ? run.id : `${titleOf(site, run.plan)} (${run.id})`;
}

function lost({ state, plan }: Run): string {
  if (state !== 'awaiting-approval' || plan === null || !restoresDatabase(plan.binding.mode)) return '';
  const { backup } = plan.facts;
  return backup === null
    ? ''
    : ` Everything written to its database after ${moment(backup.takenAt)} will be lost.`;
}

/** Asks for one line; `channel` comes back with the answer. */
export function reviewView(run: Run, channel: string): ModalView {
  return {
    type: 'modal',
    callback_id: REVIEW_CALLBACK,
    private_metadata: JSON.stringify({ run: run.id, channel }),
    title: { type: 'plain_text', text: 'Close the review' },
    submit: { type: 'plain_text', text: 'Close' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      section(`This says that you have looked at what ${run.id} did without an approval, and why.`),
      {
        type: 'input',
        block_id: 'note',
        label: { type: 'plain_text', text: 'What you found' },
        hint: { type: 'plain_text', text: 'One line for the record, for example: right, nobody answered.' },
        element: { type: 'plain_text_input', action_id: 'value', min_length: 3, max_length: LONGEST },
      },
    ],
  };
}
