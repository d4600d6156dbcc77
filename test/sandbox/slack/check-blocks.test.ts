import { describe, expect, test } from 'vitest';
import { messageBlockProblems } from '../../../sandbox/slack/check-blocks.ts';
import {
  actions,
  button,
  confirm,
  input,
  mrkdwn,
  option,
  plain,
  section,
  textInput,
  times,
  x,
} from './builders.ts';

describe('blocks that Slack takes', () => {
  test.each<[string, unknown[]]>([
    ['no blocks at all', []],
    ['a section with text', [section({ text: mrkdwn('*hello*'), block_id: 'a' })]],
    ['a section with fields only', [section({ fields: [mrkdwn('*Site*'), plain('acme')] })]],
    ['a section of 3000 characters', [section({ text: mrkdwn(x(3000)) })]],
    ['a section with a button beside it', [section({ text: plain('x'), accessory: button() })]],
    [
      'a header, a divider and a context',
      [
        { type: 'header', text: plain(x(150)) },
        { type: 'divider' },
        {
          type: 'context',
          elements: [mrkdwn('by <@U01ALICE>'), { type: 'image', image_url: 'https://x', alt_text: 'x' }],
        },
      ],
    ],
    [
      'a button with everything',
      [
        actions(
          button({
            value: x(2000),
            style: 'danger',
            url: 'https://x',
            confirm: confirm({ style: 'danger' }),
          }),
        ),
      ],
    ],
    [
      'menus and groups in an actions block',
      [
        actions(
          {
            type: 'static_select',
            action_id: 'a',
            placeholder: plain('Backup'),
            options: [option('1'), option('2')],
          },
          { type: 'users_select', action_id: 'b', initial_user: 'U01ALICE' },
          { type: 'radio_buttons', action_id: 'c', options: [option('1')], initial_option: option('1') },
          { type: 'checkboxes', action_id: 'd', options: [option('1')], initial_options: [option('1')] },
        ),
      ],
    ],
    [
      'grouped options',
      [
        actions({
          type: 'static_select',
          option_groups: [{ label: plain('Today'), options: [option('1')] }],
        }),
      ],
    ],
    [
      'an input',
      [
        input(
          { ...textInput, multiline: true, min_length: 1, max_length: 3000 },
          { optional: true, hint: plain('why') },
        ),
      ],
    ],
    [
      'rich text',
      [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: 'a', style: { bold: true } },
                { type: 'user', user_id: 'U1' },
              ],
            },
            { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'log' }], border: 0 },
            { type: 'rich_text_quote', elements: [{ type: 'link', url: 'https://x' }] },
            {
              type: 'rich_text_list',
              style: 'ordered',
              indent: 1,
              elements: [{ type: 'rich_text_section', elements: [] }],
            },
          ],
        },
      ],
    ],
    [
      'a plan of tasks',
      [
        {
          type: 'plan',
          title: 'Rollback',
          tasks: [{ type: 'task_card', task_id: 'stop', title: 'Stop', status: 'complete' }],
        },
      ],
    ],
    ['fifty blocks', times(50, () => ({ type: 'divider' }))],
  ])('%s', (_name, blocks) => {
    expect(messageBlockProblems(blocks)).toEqual([]);
  });
});

describe('blocks that Slack refuses, with the words and the place', () => {
  test.each<[string, unknown, string[]]>([
    ['something that is no list', 'x', ['[ERROR] must provide an array [json-pointer:/blocks]']],
    [
      '51 blocks',
      times(51, () => ({ type: 'divider' })),
      ['[ERROR] no more than 50 items allowed [json-pointer:/blocks]'],
    ],
    [
      'an unknown block',
      [{ type: 'carpet' }],
      ['[ERROR] unsupported type: carpet [json-pointer:/blocks/0/type]'],
    ],
    ['a block without a type', [{}], ['[ERROR] missing required field: type [json-pointer:/blocks/0]']],
    [
      'a type that is an inherited name',
      [{ type: 'constructor' }],
      ['[ERROR] unsupported type: constructor [json-pointer:/blocks/0/type]'],
    ],
    [
      'a misspelt property',
      [{ type: 'divider', blockId: 'a' }],
      ['[ERROR] invalid additional property: blockId [json-pointer:/blocks/0]'],
    ],
    [
      'a section with nothing in it',
      [section({})],
      ['[ERROR] must define either `text` or `fields` [json-pointer:/blocks/0]'],
    ],
    [
      'an empty section text',
      [section({ text: mrkdwn('') })],
      ['[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    ],
    [
      'a section text of 3001 characters',
      [section({ text: mrkdwn(x(3001)) })],
      ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
    ],
    [
      'a text object of an unknown kind',
      [section({ text: { type: 'markdown', text: 'x' } })],
      ['[ERROR] unsupported type: markdown [json-pointer:/blocks/0/text/type]'],
    ],
    [
      'a bare string where a text object belongs',
      [section({ text: 'x' })],
      ['[ERROR] must provide an object [json-pointer:/blocks/0/text]'],
    ],
    [
      'eleven fields',
      [section({ fields: times(11, () => plain('x')) })],
      ['[ERROR] no more than 10 items allowed [json-pointer:/blocks/0/fields]'],
    ],
    [
      'a field of 2001 characters',
      [section({ fields: [plain(x(2001))] })],
      ['[ERROR] must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]'],
    ],
    [
      'markup in a header',
      [{ type: 'header', text: mrkdwn('*x*') }],
      ['[ERROR] unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]'],
    ],
    [
      'a header of 151 characters',
      [{ type: 'header', text: plain(x(151)) }],
      ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
    ],
    [
      'eleven context elements',
      [{ type: 'context', elements: times(11, () => plain('x')) }],
      ['[ERROR] no more than 10 items allowed [json-pointer:/blocks/0/elements]'],
    ],
    [
      'a button in a context',
      [{ type: 'context', elements: [button()] }],
      ['[ERROR] unsupported type: button [json-pointer:/blocks/0/elements/0/type]'],
    ],
  ])('%s', (_name, blocks, problems) => {
    expect(messageBlockProblems(blocks)).toEqual(problems);
  });
});
