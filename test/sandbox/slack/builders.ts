/** Blocks and elements in their smallest form, for tables of what Slack takes and refuses. */

export const plain = (text: string) => ({ type: 'plain_text', text });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
export const button = (more: object = {}) => ({
  type: 'button',
  text: plain('Approve'),
  action_id: 'approve',
  ...more,
});
export const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
export const section = (more: object) => ({ type: 'section', ...more });
export const option = (value: string, text = value) => ({ text: plain(text), value });
export const confirm = (more: object = {}) => ({
  title: plain('Sure?'),
  text: mrkdwn('It overwrites *data*.'),
  confirm: plain('Overwrite'),
  deny: plain('Go back'),
  ...more,
});
export const input = (element: unknown, more: object = {}) => ({
  type: 'input',
  label: plain('Reason'),
  element,
  ...more,
});
export const textInput = { type: 'plain_text_input', action_id: 'reason' };
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
export const x = (count: number): string => 'x'.repeat(count);
