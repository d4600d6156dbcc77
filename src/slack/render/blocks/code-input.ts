import type { InputBlock } from '@slack/types';

export const CODE = 'code';

/** Room for the six digits, and for the space that the apps show between them. */
const LONGEST_CODE = 7;

export function codeInput(): InputBlock {
  return {
    type: 'input',
    block_id: CODE,
    label: { type: 'plain_text', text: 'Code from your phone' },
    hint: { type: 'plain_text', text: 'The six digits that your authenticator app shows now.' },
    element: {
      type: 'plain_text_input',
      action_id: 'value',
      max_length: LONGEST_CODE,
      focus_on_load: true,
    },
  };
}
