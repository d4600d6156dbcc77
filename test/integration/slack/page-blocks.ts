import type { AnyBlock, PlainTextOption } from '@slack/types';
import { button, plain } from './support.ts';

export const LOUNGE_TEXT = 'Coffee after this one.';

const option = (value: string, text: string, description?: string): PlainTextOption => ({
  value,
  text: plain(text),
  ...(description === undefined ? {} : { description: plain(description) }),
});

const NOW = Math.floor(Date.now() / 1000);

/** One of each, so that a picture shows mistakes in the drawing. */
export const zoo: AnyBlock[] = [
  { type: 'header', text: plain('One of each :mag:') },
  {
    type: 'section',
    text: {
      type: 'mrkdwn',
      text: [
        '*Bold*, _italic_, ~struck~, `code`, <https://example.com/?a=1&amp;b=2|a page>, <@U02BOB>, <@U01ALICE>, <!subteam^S01ONCALL>, <#C01OPS>, <!here>',
        `It began <!date^${NOW}^{date_short_pretty} at {time}|just now>. &lt;img src=x onerror=alert(1)&gt;`,
        '&gt; a quote of *somebody*',
        '• one\n• two',
        ':white_check_mark: :x: :no_entry: :warning: :mag: :hourglass: :hourglass_flowing_sand: :gear: :raised_hand: :rotating_light: :black_square_for_stop: :page_facing_up: :arrow_forward: :leftwards_arrow_with_hook: :white_small_square: :grey_question: :information_source: :unknown_one:',
        '```some code\n  indented```',
      ].join('\n'),
    },
  },
  { type: 'divider' },
  {
    type: 'section',
    fields: [
      { type: 'mrkdwn', text: '*Now*\nv0.6.0' },
      { type: 'mrkdwn', text: '*Then*\nv0.5.0' },
      { type: 'plain_text', text: '*no markup* here' },
      { type: 'mrkdwn', text: 'last' },
    ],
  },
  {
    type: 'section',
    block_id: 'choice',
    text: plain('Which backup?'),
    accessory: {
      type: 'static_select',
      action_id: 'backup',
      placeholder: plain('Backups'),
      options: [option('mon', 'Monday'), option('tue', 'Tuesday')],
    },
  },
  {
    type: 'actions',
    block_id: 'mode',
    elements: [
      {
        type: 'radio_buttons',
        action_id: 'what',
        options: [option('code', 'Code', 'the database stays'), option('db', 'Database')],
        initial_option: option('code', 'Code', 'the database stays'),
      },
    ],
  },
  {
    type: 'section',
    block_id: 'options',
    text: plain('Also'),
    accessory: {
      type: 'checkboxes',
      action_id: 'also',
      options: [option('tell', 'Tell people'), option('log', 'Keep the log')],
    },
  },
  {
    type: 'actions',
    elements: [button('Go', { style: 'primary' }), button('Destroy', { style: 'danger' }), button('Neither')],
  },
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'Rich ' },
          { type: 'text', text: 'bold', style: { bold: true } },
          { type: 'text', text: ' and ' },
          { type: 'user', user_id: 'U03CAROL' },
          { type: 'text', text: ' ' },
          { type: 'emoji', name: 'warning' },
        ],
      },
      {
        type: 'rich_text_list',
        style: 'ordered',
        elements: [
          { type: 'rich_text_section', elements: [{ type: 'text', text: 'first' }] },
          { type: 'rich_text_section', elements: [{ type: 'text', text: 'second' }] },
        ],
      },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'quoted' }] },
      {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: '$ systemctl status\nactive (running)' }],
      },
    ],
  },
  {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: 'small print, *still* marked up' }, plain('and plain')],
  },
];
