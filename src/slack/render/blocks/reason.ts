import type { InputBlock } from '@slack/types';
import type { Approval } from '../../../domain/approval/approval.ts';
import { LONGEST_REASON } from '../../../domain/approval/reason.ts';
import { escaped } from './mrkdwn.ts';
import { mention } from './text.ts';

/**
 * The id of the line, the same in each message and view: Slack keeps what somebody is typing when it edits a message in which
 * the field has the ids that it had.
 */
export const REASON = 'reason';

/** The line beside Approve and Deny. Slack sends what it holds with the press, and nothing while people type. */
export function reasonInput(typed?: string): InputBlock {
  return {
    type: 'input',
    block_id: REASON,
    optional: true,
    label: { type: 'plain_text', text: 'Reason' },
    element: {
      type: 'plain_text_input',
      action_id: 'value',
      max_length: LONGEST_REASON,
      ...(typed !== undefined && { initial_value: typed }),
    },
  };
}

/** What somebody said, in a line of its own behind who did what; empty: nothing. */
export function saidBy(who: string | null | undefined, reason: string | undefined): string {
  if (reason === undefined || typeof who !== 'string') return '';
  return `\n*Reason*  ${mention(who)}: ${escaped(reason)}`;
}

export function saidWith(approvals: readonly Approval[]): string {
  return approvals.map(({ approver, reason }) => saidBy(approver, reason)).join('');
}
