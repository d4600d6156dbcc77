import { describe, expect, test } from 'vitest';
import { messageBlockProblems } from '../../../sandbox/slack/check-blocks.ts';
import { actions, button, confirm, input, mrkdwn, option, plain, textInput, times, x } from './builders.ts';

describe('elements that Slack refuses, with the words and the place', () => {
  test.each<[string, unknown, string[]]>([
    [
      'an actions block without elements',
      [actions()],
      ['[ERROR] no less than 1 items required [json-pointer:/blocks/0/elements]'],
    ],
    [
      '26 elements',
      [actions(...times(26, (i) => button({ action_id: `a${i}` })))],
      ['[ERROR] no more than 25 items allowed [json-pointer:/blocks/0/elements]'],
    ],
    [
      'the same action_id twice in a block',
      [actions(button(), button())],
      ['[ERROR] action_id already exists: approve [json-pointer:/blocks/0/elements/1/action_id]'],
    ],
    [
      'the same block_id twice',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
      ['[ERROR] block_id already exists: a [json-pointer:/blocks/1/block_id]'],
    ],
    [
      'a block_id of 256 characters',
      [{ type: 'divider', block_id: x(256) }],
      ['[ERROR] must be less than 256 characters [json-pointer:/blocks/0/block_id]'],
    ],
    [
      'an action_id of 256 characters',
      [actions(button({ action_id: x(256) }))],
      ['[ERROR] must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]'],
    ],
    [
      'a button without a label',
      [actions({ type: 'button' })],
      ['[ERROR] missing required field: text [json-pointer:/blocks/0/elements/0]'],
    ],
    [
      'a button label of 76 characters',
      [actions(button({ text: plain(x(76)) }))],
      ['[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]'],
    ],
    [
      'markup in a button label',
      [actions(button({ text: mrkdwn('x') }))],
      ['[ERROR] unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]'],
    ],
    [
      'a button value of 2001 characters',
      [actions(button({ value: x(2001) }))],
      ['[ERROR] must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]'],
    ],
    [
      'a button value that is no string',
      [actions(button({ value: 1 }))],
      ['[ERROR] must provide a string [json-pointer:/blocks/0/elements/0/value]'],
    ],
    [
      'an unknown button style',
      [actions(button({ style: 'warning' }))],
      ['[ERROR] must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]'],
    ],
    [
      'a confirmation without its buttons',
      [actions(button({ confirm: { title: plain('x'), text: plain('x') } }))],
      [
        '[ERROR] missing required field: confirm [json-pointer:/blocks/0/elements/0/confirm]',
        '[ERROR] missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]',
      ],
    ],
    [
      'a confirmation with every text too long',
      [
        actions(
          button({
            confirm: confirm({
              title: plain(x(101)),
              text: plain(x(301)),
              confirm: plain(x(31)),
              deny: plain(x(31)),
            }),
          }),
        ),
      ],
      [
        '[ERROR] must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]',
        '[ERROR] must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]',
        '[ERROR] must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/confirm/text]',
        '[ERROR] must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/deny/text]',
      ],
    ],
    [
      '101 options',
      [actions({ type: 'static_select', options: times(101, (i) => option(`${i}`)) })],
      ['[ERROR] no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]'],
    ],
    [
      'an option text of 76 characters',
      [actions({ type: 'static_select', options: [option('1', x(76))] })],
      ['[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]'],
    ],
    [
      'an option value of 151 characters',
      [actions({ type: 'static_select', options: [option(x(151), 'x')] })],
      ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]'],
    ],
    [
      'an option with a url',
      [actions({ type: 'static_select', options: [{ ...option('1'), url: '' }] })],
      ['[ERROR] invalid additional property: url [json-pointer:/blocks/0/elements/0/options/0]'],
    ],
    [
      'two options with one value',
      [actions({ type: 'static_select', options: [option('1', 'a'), option('1', 'b')] })],
      ['[ERROR] value already exists: 1 [json-pointer:/blocks/0/elements/0/options/1/value]'],
    ],
    [
      'a menu without options',
      [actions({ type: 'static_select' })],
      ['[ERROR] must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]'],
    ],
    [
      'an initial option that is not offered',
      [actions({ type: 'static_select', options: [option('1')], initial_option: option('2') })],
      [
        '[ERROR] initial option must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]',
      ],
    ],
    [
      'eleven radio buttons',
      [actions({ type: 'radio_buttons', options: times(11, (i) => option(`${i}`)) })],
      ['[ERROR] no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]'],
    ],
    [
      'a text input outside of an input block',
      [actions(textInput)],
      ['[ERROR] unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]'],
    ],
    [
      'a button in an input block',
      [input(button())],
      ['[ERROR] unsupported type: button [json-pointer:/blocks/0/element/type]'],
    ],
    [
      'an input without a label',
      [{ type: 'input', element: textInput }],
      ['[ERROR] missing required field: label [json-pointer:/blocks/0]'],
    ],
    [
      'an input longer than Slack counts',
      [input({ ...textInput, max_length: 3001 })],
      ['[ERROR] must be less than or equal to 3000 [json-pointer:/blocks/0/element/max_length]'],
    ],
    [
      'a list of rich text without sections',
      [
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_list', style: 'bullet', elements: [{ type: 'text', text: 'x' }] }],
        },
      ],
      ['[ERROR] unsupported type: text [json-pointer:/blocks/0/elements/0/elements/0/type]'],
    ],
    [
      'a user in preformatted text',
      [
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] }],
        },
      ],
      ['[ERROR] unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]'],
    ],
    [
      'empty rich text',
      [
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '' }] }],
        },
      ],
      ['[ERROR] must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]'],
    ],
    [
      'a task in an unknown state',
      [{ type: 'task_card', task_id: 'a', title: 'a', status: 'failed' }],
      ['[ERROR] must be one of: pending, in_progress, complete, error [json-pointer:/blocks/0/status]'],
    ],
  ])('%s', (_name, blocks, problems) => {
    expect(messageBlockProblems(blocks)).toEqual(problems);
  });
});
