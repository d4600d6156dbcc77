import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalSlack, type LocalSlackOptions, plainText } from '../../../sandbox/slack/local-slack.ts';
import { given, startTeam } from '../../sandbox/slack/support.ts';
import { button, httpApp, plain, startOnFreePort } from './support.ts';

let slack: LocalSlack;
let app: App;

beforeEach(() => start());

async function start(options: LocalSlackOptions = {}): Promise<void> {
  slack = await startTeam(options);
  app = await httpApp(slack);
  app.command('/rollback', async ({ ack, command }) => ack(`you said ${command.text}`));
  app.action('approve', async ({ ack, respond, body }) => {
    await ack();
    await respond({ response_type: 'in_channel', text: `approved by ${body.user.id}` });
  });
  slack.deliverTo(await startOnFreePort(app));
}

afterEach(async () => {
  await app.stop();
  await slack.close();
});

test('commands and clicks arrive signed, and are answered', async () => {
  const alice = slack.as('U01ALICE');
  await app.client.chat.postMessage({
    channel: 'C01OPS',
    text: 'card',
    blocks: [{ type: 'actions', elements: [button('Approve')] }],
  });

  expect(await alice.command('C01OPS', '/rollback acme & co = 100%')).toMatchObject({ ok: true });
  await alice.click(given(slack.messages('C01OPS')[0]), 'Approve');
  await slack.waitForMessage(({ text }) => text === 'approved by U01ALICE');

  expect(alice.ephemerals('C01OPS').map(plainText)).toEqual(['you said acme & co = 100%']);
  expect(slack.violations).toEqual([]);
});

test('a submission is answered in the body', async () => {
  app.command('/form', async ({ ack, client, command }) => {
    await ack();
    const element = { type: 'plain_text_input' as const, action_id: 'text' };
    await client.views.open({
      trigger_id: command.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'form',
        title: plain('Form'),
        submit: plain('Go'),
        blocks: [{ type: 'input', block_id: 'why', label: plain('Why'), element }],
      },
    });
  });
  app.view('form', async ({ ack }) =>
    ack({ response_action: 'errors', errors: { why: 'Not good enough.' } }),
  );
  const alice = slack.as('U01ALICE');
  await alice.command('C01OPS', '/form');
  const modal = await slack.waitForModal('U01ALICE', () => true);

  expect(await alice.submit(modal, { Why: 'because' })).toMatchObject({
    ok: true,
    errors: { why: 'Not good enough.' },
  });
});

test.each([
  ['with another secret', { secret: 'not the secret' }],
  ['six minutes old', { ageSeconds: 360 }],
])('a request signed %s is refused', async (_name, signing) => {
  slack.signWith(signing);
  const alice = slack.as('U01ALICE');

  expect(await alice.command('C01OPS', '/rollback x')).toMatchObject({
    ok: false,
    error: 'http_service_error',
  });
  expect(alice.notices()).toEqual(['/rollback failed with the error "http_service_error"']);
  expect(alice.ephemerals('C01OPS')).toEqual([]);
});

test('an app that is down differs from one that is slow', async () => {
  await app.stop();
  await slack.close();
  await start({ ackTimeoutMs: 300 });
  app.command('/slow', async () => undefined);
  const alice = slack.as('U01ALICE');

  expect(await alice.command('C01OPS', '/slow')).toMatchObject({ error: 'operation_timeout' });
  slack.deliverTo('http://127.0.0.1:1/slack/events');
  expect(await alice.command('C01OPS', '/rollback')).toMatchObject({ error: 'dispatch_failed' });
});

describe('a response URL', () => {
  const respond = async (url: string, body: object) => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return [response.status, await response.text()];
  };
  const url = async () => (await slack.as('U01ALICE').command('C01OPS', '/rollback')).responseUrl;

  test('works five times', async () => {
    const target = await url();

    for (let use = 0; use < 5; use += 1) expect(await respond(target, { text: 'x' })).toEqual([200, 'ok']);
    expect(await respond(target, { text: 'x' })).toEqual([404, '{"ok":false,"error":"used_url"}']);
  });

  test('works for half an hour', async () => {
    const target = await url();
    slack.advance(30 * 60_000 + 1);

    expect(await respond(target, { text: 'x' })).toEqual([404, '{"ok":false,"error":"expired_url"}']);
    expect(await respond(`${slack.origin}/actions/nonsense`, { text: 'x' })).toEqual([
      404,
      '{"ok":false,"error":"invalid_url"}',
    ]);
  });

  test('posts in a channel without the bot, to the person or to all, and in a thread too', async () => {
    const alice = slack.as('U01ALICE');
    const { responseUrl } = await alice.command('C02LOUNGE', '/rollback');
    const { ts } = alice.say('C02LOUNGE', 'a thread');

    await respond(responseUrl, { text: 'invite me', response_type: 'ephemeral' });
    await respond(responseUrl, { text: 'hello all', response_type: 'in_channel' });
    await respond(responseUrl, { text: 'in here', response_type: 'in_channel', thread_ts: ts });

    expect(alice.ephemerals('C02LOUNGE').map(({ text }) => text)).toEqual(['you said ', 'invite me']);
    expect(slack.messages('C02LOUNGE').map(({ text }) => text)).toEqual(['a thread', 'hello all']);
    expect(slack.thread('C02LOUNGE', ts).map(({ text }) => text)).toEqual(['in here']);
  });

  test('refuses what Slack would not show: that is a violation and does not count as a use', async () => {
    const target = await url();

    expect(await respond(target, { blocks: [{ type: 'carpet' }] })).toMatchObject([
      400,
      expect.stringContaining('invalid_blocks'),
    ]);
    expect(await respond(target, {})).toMatchObject([400, expect.stringContaining('no_text')]);
    expect(slack.violations).toHaveLength(2);
    for (let use = 0; use < 5; use += 1) expect(await respond(target, { text: 'x' })).toEqual([200, 'ok']);
  });

  test('can be scripted to fail', async () => {
    const target = await url();
    slack.fail('response_url', { status: 500 });

    expect(await respond(target, { text: 'x' })).toEqual([500, '']);
    expect(await respond(target, { text: 'x' })).toEqual([200, 'ok']);
  });
});
