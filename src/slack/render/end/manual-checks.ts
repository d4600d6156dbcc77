import type { Checkboxes } from '@slack/types';
import { type ManualCheck, manualChecksOf } from '../../../domain/after/manual-checks.ts';
import type { Run } from '../../../domain/run/run.ts';
import { section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { mention, moment } from '../blocks/text.ts';

export const MANUAL_CHECKS_ACTION = 'boxes';

/** The checks that only a person can make, in the thread of a run that succeeded. Everyone sees who confirmed which. */
export function manualChecks(run: Run): Message | null {
  const all = manualChecksOf(run);
  if (all.length === 0) return null;
  const confirmed = all.filter((box) => box.confirmed !== null);
  const done = confirmed.length === all.length;
  const wish = done
    ? ':white_check_mark: All manual checks are confirmed.'
    : `${mention(run.request.requester)} some checks need a person. Please confirm each one that works.`;
  return {
    text: done ? 'All manual checks are confirmed.' : 'Some checks need a person.',
    blocks: [
      section(wish),
      {
        type: 'actions',
        block_id: manualChecksBlock(run.id, confirmed),
        elements: [checkboxes(all, confirmed)],
      },
      ...(confirmed.length === 0 ? [] : [smallPrint(confirmed.flatMap(who).join('\n'))]),
    ],
  };
}

function checkboxes(all: readonly ManualCheck[], confirmed: readonly ManualCheck[]): Checkboxes {
  return {
    type: 'checkboxes',
    action_id: MANUAL_CHECKS_ACTION,
    options: all.map(option),
    ...(confirmed.length === 0 ? {} : { initial_options: confirmed.map(option) }),
  };
}

function option({ id, text }: ManualCheck) {
  return { value: id, text: { type: 'plain_text' as const, text } };
}

function who({ text, confirmed }: ManualCheck): readonly string[] {
  return confirmed === null
    ? []
    : [`:white_check_mark: ${text}: ${mention(confirmed.by)}, ${moment(confirmed.at)}`];
}

/**
 * Slack sends which boxes are checked on one person's screen, but neither the run nor what was checked before, so the block's
 * id carries both. A new id also makes every screen show the new state; otherwise each would keep its own.
 */
function manualChecksBlock(run: string, confirmed: readonly ManualCheck[]): string {
  return `boxes ${run} ${confirmed.map(({ id }) => id).join(',')}`;
}

/** null: not one of our block ids. */
export function readManualChecksBlock(name: string): { run: string; shown: readonly string[] } | null {
  const [, run, shown = ''] = /^boxes (\S{1,80}) (\S*)$/.exec(name) ?? [];
  return run === undefined ? null : { run, shown: shown === '' ? [] : shown.split(',') };
}
