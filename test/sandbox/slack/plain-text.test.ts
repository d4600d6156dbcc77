import { expect, test } from 'vitest';
import type { Message, Modal } from '../../../sandbox/slack/model.ts';
import { plainText } from '../../../sandbox/slack/plain-text.ts';

const plain = (text: string) => ({ type: 'plain_text', text });

const message = (blocks: Message['blocks'], text = 'fallback'): Message => ({
  ts: '1.000001',
  channel: 'C01',
  user: 'U01',
  text,
  blocks,
  alsoInChannel: false,
  history: [],
  files: [],
});

test('blocks are what people read; the fallback text only shows without them', () => {
  expect(plainText(message([], 'Deploy &lt;main&gt; &amp;amp; go'))).toBe('Deploy <main> &amp; go');
  expect(plainText(message([{ type: 'section', text: plain('seen') }], 'unseen'))).toBe('seen');
});

test('every kind of block has its words, and buttons show what they ask', () => {
  const confirm = {
    title: plain('Sure?'),
    text: plain('Overwrites data'),
    confirm: plain('Do it'),
    deny: plain('Back'),
  };
  const shown = plainText(
    message([
      { type: 'header', text: plain('Rollback') },
      { type: 'section', text: plain('acme'), fields: [plain('from'), plain('to')] },
      { type: 'divider' },
      { type: 'context', elements: [plain('run 7'), plain('by Alice')] },
      {
        type: 'actions',
        elements: [
          { type: 'button', text: plain('Approve'), confirm },
          { type: 'button', text: plain('Deny') },
        ],
      },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'log of ' },
              { type: 'user', user_id: 'U01' },
            ],
          },
          {
            type: 'rich_text_list',
            style: 'ordered',
            elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'stop' }] }],
          },
        ],
      },
      {
        type: 'plan',
        title: 'Steps',
        tasks: [{ type: 'task_card', task_id: 'a', title: 'Stop', status: 'complete' }],
      },
    ]),
  );

  expect(shown.split('\n')).toEqual([
    'Rollback',
    'acme',
    'from',
    'to',
    '---',
    'run 7 by Alice',
    '[Approve]',
    '{Sure?: Overwrites data [Do it] [Back]}',
    '[Deny]',
    'log of <@U01>',
    '1. stop',
    'Steps',
    '(complete) Stop',
  ]);
});

test('a modal reads from its title to its buttons, with errors under their inputs', () => {
  const modal: Modal = {
    id: 'V01',
    user: 'U01',
    rootId: 'V01',
    hash: '1',
    entered: {},
    errors: { version: 'There is no such version.' },
    view: {
      title: plain('Roll back'),
      submit: plain('Next'),
      close: plain('Cancel'),
      blocks: [
        {
          type: 'input',
          block_id: 'version',
          label: plain('Version'),
          hint: plain('a tag or a commit'),
          element: {
            type: 'static_select',
            placeholder: plain('Choose'),
            options: [{ text: plain('v1'), value: '1', description: plain('live until May') }],
          },
        },
      ],
    },
  };

  expect(plainText(modal).split('\n')).toEqual([
    'Roll back',
    'Version',
    '[Choose]',
    '- v1: live until May',
    'a tag or a commit',
    'There is no such version.',
    '[Cancel]',
    '[Next]',
  ]);
});
