import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import { given, startTeam } from '../../sandbox/slack/support.ts';
import { button, plain, socketApp } from './support.ts';

let slack: LocalSlack;
let app: App;

beforeEach(async () => {
  slack = await startTeam();
  app = await socketApp(slack);
});

afterEach(async () => {
  await app.stop();
  await slack.close();
});

describe('a click', () => {
  const confirm = {
    title: plain('Sure?'),
    text: plain('It overwrites data.'),
    confirm: plain('Approve'),
    deny: plain('Back'),
  };
  const card = (label: string, more: object = {}) => [
    { type: 'section', text: plain(`Plan, ${label}`) },
    { type: 'actions', block_id: 'decision', elements: [button('Approve', more), button('Deny')] },
  ];
  const postCard = async (more: object = {}) => {
    const { ts } = await app.client.chat.postMessage({
      channel: 'C01OPS',
      text: 'card',
      blocks: card('open', more),
    });
    return given(ts);
  };

  test('finds the button by its label, and tells the app who clicked what where', async () => {
    let seen: unknown;
    app.action('approve', async ({ ack, body }) => {
      seen = body;
      await ack();
    });
    await app.start();
    const ts = await postCard({ value: 'run-7' });

    const click = await slack.as('U02BOB').click(ts, 'Approve');

    expect(click).toMatchObject({ ok: true, sent: true, confirm: undefined });
    expect(seen).toMatchObject({
      type: 'block_actions',
      user: { id: 'U02BOB', team_id: slack.teamId },
      team: { id: slack.teamId },
      channel: { id: 'C01OPS', name: 'ops' },
      container: { type: 'message', message_ts: ts, channel_id: 'C01OPS', is_ephemeral: false },
      message: { ts, blocks: [{}, { block_id: 'decision' }] },
      actions: [
        {
          type: 'button',
          action_id: 'approve',
          block_id: 'decision',
          value: 'run-7',
          action_ts: expect.any(String),
        },
      ],
      state: { values: {} },
    });
  });

  test('asks first if the button has a confirmation', async () => {
    const clicks: string[] = [];
    app.action('approve', async ({ ack, body }) => {
      clicks.push(body.user.id);
      await ack();
    });
    await app.start();
    const ts = await postCard({ confirm });
    const bob = slack.as('U02BOB');

    await expect(bob.click(ts, 'Approve')).rejects.toThrow('"Approve" asks "Sure?"');
    expect(await bob.click(ts, 'Approve', { confirm: false })).toMatchObject({
      sent: false,
      confirm: { title: 'Sure?', body: 'It overwrites data.', confirm: 'Approve', deny: 'Back' },
    });
    expect(clicks).toEqual([]);
    expect(await bob.click(ts, 'Approve', { confirm: true })).toMatchObject({ ok: true, sent: true });
    expect(clicks).toEqual(['U02BOB']);
  });

  test('on a missing button fails and lists the buttons', async () => {
    await app.start();
    const ts = await postCard();

    await expect(slack.as('U02BOB').click(ts, 'Start')).rejects.toThrow(
      'there is no button "Start"; there is: "Approve", "Deny"',
    );
    slack.addUser({ id: 'U03CAROL' });
    await expect(slack.as('U03CAROL').click(ts, 'Approve')).rejects.toThrow('U03CAROL is not in C01OPS');
  });

  test('on an outdated card still reaches the app, with the old value', async () => {
    const values: unknown[] = [];
    app.action('approve', async ({ ack, action }) => {
      values.push('value' in action ? action.value : undefined);
      await ack();
    });
    await app.start();
    const ts = await postCard({ value: 'old' });
    const [seenEarlier] = slack.messages('C01OPS');
    await app.client.chat.update({ channel: 'C01OPS', ts, text: 'done', blocks: [] });

    await slack.as('U02BOB').click(given(seenEarlier), 'Approve');

    expect(values).toEqual(['old']);
  });

  test('can be forged by someone who does not see the button', async () => {
    const users: string[] = [];
    app.action('approve', async ({ ack, body }) => {
      users.push(`${body.user.id} of ${'team_id' in body.user ? body.user.team_id : 'nowhere'}`);
      await ack();
    });
    await app.start();
    slack.addUser({ id: 'U09MALLORY', kind: 'stranger' });

    await slack.as('U09MALLORY').click(await postCard(), 'Approve', { force: true });

    expect(users).toEqual(['U09MALLORY of T02ELSEWHERE']);
  });

  test('on an ephemeral message works for its reader, and the answer may replace or delete the message', async () => {
    app.command('/rollback', async ({ ack }) => ack({ text: 'menu', blocks: card('ephemeral') }));
    app.action('approve', async ({ ack, respond, body }) => {
      await ack();
      await respond({ replace_original: true, text: 'message' in body ? 'has a copy' : 'no copy' });
    });
    app.action('deny', async ({ ack, respond }) => {
      await ack();
      await respond({ delete_original: true });
    });
    await app.start();
    const alice = slack.as('U01ALICE');
    await alice.command('C01OPS', '/rollback');
    await alice.command('C01OPS', '/rollback');
    const [first, second] = alice.ephemerals('C01OPS');

    await expect(slack.as('U02BOB').click(given(first), 'Deny')).rejects.toThrow('only U01ALICE sees');
    await alice.click(given(first), 'Approve');
    await slack.waitFor((event) => event.type === 'edit');
    await alice.click(given(second), 'Deny');
    await slack.waitFor((event) => event.type === 'delete');

    expect(alice.ephemerals('C01OPS').map(plainText)).toEqual(['no copy']);
  });

  test('sends what this person has typed into the message, and what nobody else has', async () => {
    const states: unknown[] = [];
    app.action('deny', async ({ ack, body }) => {
      states.push('state' in body ? body.state : undefined);
      await ack();
    });
    await app.start();
    const reason = (label: string) => ({
      type: 'input' as const,
      block_id: 'reason',
      optional: true,
      label: plain(label),
      element: { type: 'plain_text_input' as const, action_id: 'value', max_length: 12 },
    });
    const blocks = (label: string) => [reason(label), ...card('open')];
    const { ts = '' } = await app.client.chat.postMessage({
      channel: 'C01OPS',
      text: 'card',
      blocks: blocks('Reason'),
    });
    const bob = slack.as('U02BOB');

    bob.type(ts, 'Reason', 'not yet');
    await slack.as('U01ALICE').click(ts, 'Deny');
    await bob.click(ts, 'Deny');
    await app.client.chat.update({ channel: 'C01OPS', ts, text: 'card', blocks: blocks('Why') });
    await bob.click(ts, 'Deny');

    const values = (value: string | null) => ({
      values: { reason: { value: { type: 'plain_text_input', value } } },
    });
    expect(states).toEqual([values(null), values('not yet'), values('not yet')]);
    expect(() => bob.type(ts, 'Why', 'x'.repeat(13))).toThrow('"Why" has room for 12 characters');
    expect(() => bob.type(ts, 'Deny', 'x')).toThrow(
      'there is no field "Deny"; there is: "Why / value / reason"',
    );
    slack.addUser({ id: 'U03CAROL' });
    expect(() => slack.as('U03CAROL').type(ts, 'Why', 'x')).toThrow('U03CAROL is not in C01OPS');
  });

  test('in a menu sends the chosen option', async () => {
    let seen: unknown;
    app.action('backup', async ({ ack, body }) => {
      seen = body;
      await ack();
    });
    await app.start();
    const options = ['Monday', 'Tuesday'].map((day) => ({ text: plain(day), value: day.toLowerCase() }));
    await app.client.chat.postMessage({
      channel: 'C01OPS',
      text: 'x',
      blocks: [
        {
          type: 'section',
          block_id: 'choice',
          text: plain('Which backup?'),
          accessory: { type: 'static_select', action_id: 'backup', placeholder: plain('Backup'), options },
        },
      ],
    });

    await slack.as('U01ALICE').select(given(slack.messages('C01OPS')[0]), 'Which backup?', 'Tuesday');

    const chosen = { type: 'static_select', selected_option: { value: 'tuesday' } };
    expect(seen).toMatchObject({
      actions: [{ action_id: 'backup', ...chosen }],
      state: { values: { choice: { backup: chosen } } },
    });
  });

  test('on a checkbox sends all that are checked, and an empty list if none is', async () => {
    const seen: unknown[] = [];
    app.action('boxes', async ({ ack, action }) => {
      seen.push(action);
      await ack();
    });
    await app.start();
    const options = ['Login', 'Form'].map((name) => ({ text: plain(name), value: name.toLowerCase() }));
    const [login, form] = options;
    await app.client.chat.postMessage({
      channel: 'C01OPS',
      text: 'x',
      blocks: [
        {
          type: 'actions',
          block_id: 'look',
          elements: [
            { type: 'checkboxes', action_id: 'boxes', options, initial_options: options.slice(0, 1) },
          ],
        },
      ],
    });
    const message = given(slack.messages('C01OPS')[0]);

    await slack.as('U01ALICE').select(message, 'boxes', ['Login', 'Form']);
    await slack.as('U01ALICE').select(message, 'boxes', []);

    const action = { type: 'checkboxes', action_id: 'boxes', block_id: 'look' };
    expect(seen).toEqual([
      { ...action, selected_options: [login, form], action_ts: expect.any(String) },
      { ...action, selected_options: [], action_ts: expect.any(String) },
    ]);
  });
});
