import { describe, expect, test } from 'vitest';
import { viewProblems } from '../../../sandbox/slack/check-blocks.ts';
import { input, plain, textInput, times, x } from './builders.ts';

describe('views', () => {
  const view = (more: object = {}) => ({
    type: 'modal',
    title: plain('Roll back'),
    blocks: [{ type: 'divider' }],
    ...more,
  });

  test.each<[string, unknown]>([
    ['a bare one', view()],
    [
      'a full one',
      view({
        blocks: [input(textInput)],
        submit: plain(x(24)),
        close: plain(x(24)),
        private_metadata: x(3000),
        callback_id: x(255),
        external_id: 'a',
        notify_on_close: true,
        clear_on_close: false,
      }),
    ],
    ['a hundred blocks', view({ blocks: times(100, () => ({ type: 'divider' })) })],
  ])('Slack takes %s', (_name, value) => {
    expect(viewProblems(value)).toEqual([]);
  });

  test.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['[ERROR] must provide an object [json-pointer:/view]']],
    [
      'an empty one',
      { type: 'modal' },
      [
        '[ERROR] missing required field: title [json-pointer:/view]',
        '[ERROR] missing required field: blocks [json-pointer:/view]',
      ],
    ],
    [
      'a home tab',
      { type: 'home', blocks: [] },
      ['[ERROR] unsupported type: home [json-pointer:/view/type]'],
    ],
    [
      'a title of 25 characters',
      view({ title: plain(x(25)) }),
      ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
    ],
    [
      'a submit label of 25 characters',
      view({ submit: plain(x(25)) }),
      ['[ERROR] must be less than 25 characters [json-pointer:/view/submit/text]'],
    ],
    [
      '3001 characters of private metadata',
      view({ private_metadata: x(3001) }),
      ['[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]'],
    ],
    [
      'a callback_id of 256 characters',
      view({ callback_id: x(256) }),
      ['[ERROR] must be less than 256 characters [json-pointer:/view/callback_id]'],
    ],
    [
      '101 blocks',
      view({ blocks: times(101, () => ({ type: 'divider' })) }),
      ['[ERROR] no more than 100 items allowed [json-pointer:/view/blocks]'],
    ],
    [
      'inputs without a submit button',
      view({ blocks: [input(textInput)] }),
      ['[ERROR] missing required field: submit (a view with input blocks needs it) [json-pointer:/view]'],
    ],
    [
      'one block_id twice',
      view({
        blocks: [
          { type: 'divider', block_id: 'a' },
          { type: 'divider', block_id: 'a' },
        ],
      }),
      ['[ERROR] block_id already exists: a [json-pointer:/view/blocks/1/block_id]'],
    ],
    [
      'two inputs that both want the focus',
      view({
        submit: plain('Go'),
        blocks: times(2, () => input({ ...textInput, focus_on_load: true })),
      }),
      ['[ERROR] only one element may have focus_on_load [json-pointer:/view/blocks]'],
    ],
  ])('Slack refuses %s', (_name, value, problems) => {
    expect(viewProblems(value)).toEqual(problems);
  });
});
