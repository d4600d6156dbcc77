import type { Checkboxes } from '@slack/types';
import { type ManualCheck, manualChecksOf } from '../../../domain/after/manual-checks.ts';
import type { Run } from '../../../domain/run/run.ts';
import { section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { mention, moment } from '../blocks/text.ts';

export const MANUAL_CHECKS_ACTION = 'boxes';

/** What only a person can check, in the thread of a run that succeeded; who looked is seen by everybody. */
export function manualChecks(run: Run): Message | null {
  const all = manualChecksOf(run);
  if (all.length === 0) return null;
  const ticked = all.filter((box) => box.confirmed !== null);
  const done = ticked.length === all.length;
  const wish = done
    ? ':white_check_mark: All manual checks are confirmed.'
    : `${mention(run.request.requester)} some checks need a person. Please confirm each one that works.`;
  return {
    text: done ? 'All manual checks are confirmed.' : 'Some checks need a person.',
    blocks: [
      section(wish),
      { type: 'actions', block_id: manualChecksBlock(run.id, ticked), elements: [checkboxes(all, ticked)] },
      ...(ticked.length === 0 ? [] : [smallPrint(ticked.flatMap(who).join('\n'))]),
    ],
  };
}

function checkboxes(all: readonly ManualCheck[], ticked: readonly ManualCheck[]): Checkboxes {
  return {
    type: 'checkboxes',
    action_id: MANUAL_CHECKS_ACTION,
    options: all.map(option),
    ...(ticked.length === 0 ? {} : { initial_options: ticked.map(option) }),
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
 * Slack tells which boxes are ticked on one screen, and neither the run nor what was ticked before; the name of the block
 * carries both. A new name also makes every screen show the new ticks, where it would keep its own otherwise.
 */
function manualChecksBlock(run: string, ticked: readonly ManualCheck[]): string {
  return `boxes ${run} ${ticked.map(({ id }) => id).join(',')}`;
}

/** null: not the name of a block of ours. */
export function readManualChecksBlock(name: string): { run: string; shown: readonly string[] } | null {
  const [, run, shown = ''] = /^boxes (\S{1,80}) (\S*)$/.exec(name) ?? [];
  return run === undefined ? null : { run, shown: shown === '' ? [] : shown.split(',') };
}
