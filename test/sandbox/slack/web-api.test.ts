import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import { call, given, startTeam } from './support.ts';

let slack: LocalSlack;

beforeEach(async () => {
  slack = await startTeam();
});

afterEach(async () => {
  await slack.close();
});

const post = (args: object) => call(slack, 'chat.postMessage', { channel: 'C01OPS', ...args });
const errorOf = async (method: string, args: object = {}, options: object = {}) =>
  (await call(slack, method, { ...args }, options)).body['error'];

describe('who may call what', () => {
  test('auth.test introduces the app and names its scopes in a header', async () => {
    const { body, headers } = await call(slack, 'auth.test');

    expect(body).toMatchObject({
      ok: true,
      team_id: slack.teamId,
      user_id: slack.botUserId,
      bot_id: slack.botId,
    });
    expect(headers.get('x-oauth-scopes')).toContain('chat:write');
  });

  test('a token may also come as a form field', async () => {
    const answer = await call(
      slack,
      'auth.test',
      {},
      {
        token: undefined,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `token=${slack.botToken}`,
      },
    );

    expect(answer.body['ok']).toBe(true);
  });

  test.each([
    ['no token', undefined, 'not_authed'],
    ['a stranger’s token', 'xoxb-other', 'invalid_auth'],
  ])('%s', async (_name, token, error) => {
    expect(await errorOf('auth.test', {}, { token })).toBe(error);
  });

  test('each kind of token opens its own doors only', async () => {
    expect(await errorOf('auth.test', {}, { token: slack.appToken })).toBe('not_allowed_token_type');
    expect(await errorOf('apps.connections.open')).toBe('not_allowed_token_type');
    expect((await call(slack, 'apps.connections.open', {}, { token: slack.appToken })).body['url']).toMatch(
      /^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=/,
    );
  });

  test('a method that is not played here does not exist', async () => {
    expect(await errorOf('chat.delete')).toBe('unknown_method');
    expect(await errorOf('constructor')).toBe('unknown_method');
    expect(slack.violations).toHaveLength(2);
  });

  test('a missing scope is named together with those that are there', async () => {
    const poor = await startTeam({ scopes: ['commands', 'channels:read'] });

    expect((await call(poor, 'chat.postMessage', { channel: 'C01OPS', text: 'x' })).body).toMatchObject({
      error: 'missing_scope',
      needed: 'chat:write',
      provided: 'commands,channels:read',
    });
    poor.addChannel({ id: 'G01SECRET', isPrivate: true });
    expect((await call(poor, 'conversations.info', { channel: 'G01SECRET' })).body).toMatchObject({
      error: 'missing_scope',
      needed: 'groups:read',
    });
    await poor.close();
  });

  test.each([
    ['text/xml', '<x/>', 'invalid_post_type'],
    ['application/json', '{', 'invalid_json'],
    ['application/json', '[]', 'json_not_object'],
  ])('a %s body "%s" is %s', async (type, body, error) => {
    expect(await errorOf('auth.test', {}, { headers: { 'content-type': type }, body })).toBe(error);
  });
});

describe('posting', () => {
  test('a message is there, with ids for what the app left unnamed', async () => {
    const blocks = [
      { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Start' } }] },
    ];
    const { body } = await post({ text: 'hello', blocks });

    expect(body).toMatchObject({
      ok: true,
      channel: 'C01OPS',
      message: { text: 'hello', bot_id: slack.botId },
    });
    const [message] = slack.messages('C01OPS');
    expect(message?.ts).toBe(body['ts']);
    expect(message?.blocks[0]).toMatchObject({ block_id: expect.any(String) });
    expect(plainText(given(message))).toBe('[Start]');
  });

  test('timestamps grow strictly', async () => {
    for (let count = 0; count < 20; count += 1) await post({ text: `${count}` });
    const stamps = slack.messages('C01OPS').map(({ ts }) => Number(ts));

    expect(stamps).toEqual([...new Set(stamps)].toSorted((a, b) => a - b));
    expect(slack.messages('C01OPS')[0]?.ts).toMatch(/^\d{10}\.\d{6}$/);
  });

  test('a reply goes into the thread and not into the channel, unless broadcast', async () => {
    const ts = (await post({ text: 'run' })).body['ts'];
    await post({ text: 'detail', thread_ts: ts });
    await post({ text: 'the end', thread_ts: ts, reply_broadcast: true });

    expect(slack.messages('C01OPS').map(({ text }) => text)).toEqual(['run', 'the end']);
    expect(slack.thread('C01OPS', String(ts)).map(({ text }) => text)).toEqual(['detail', 'the end']);
  });

  test('a person’s id means the direct message with them', async () => {
    expect((await post({ channel: 'U01ALICE', text: 'psst' })).body['channel']).toBe(
      slack.direct('U01ALICE').id,
    );
    expect(slack.messages(slack.direct('U01ALICE').id).map(({ text }) => text)).toEqual(['psst']);
  });

  test.each<[string, object, string]>([
    ['without a channel', { channel: '' }, 'invalid_arguments'],
    ['to no channel', { channel: 'C99' }, 'channel_not_found'],
    ['where the bot is not', { channel: 'C02LOUNGE' }, 'not_in_channel'],
    ['to an archive', { channel: 'C03OLD' }, 'is_archived'],
    ['to a private channel without the bot', { channel: 'G01SECRET' }, 'channel_not_found'],
    ['to a deactivated person', { channel: 'U03GONE' }, 'channel_not_found'],
    ['nothing', { text: '' }, 'no_text'],
    ['nothing but an empty list of blocks', { text: '', blocks: [] }, 'no_text'],
    ['40001 characters', { text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['blocks that are no list', { blocks: {} }, 'invalid_blocks_format'],
    ['blocks that are no JSON', { blocks: '[' }, 'invalid_blocks_format'],
    ['attachments', { attachments: [] }, 'invalid_attachments'],
    ['into no thread', { thread_ts: '1.000001' }, 'thread_not_found'],
    [
      'more text in blocks than Slack takes in all',
      {
        blocks: Array.from({ length: 4 }, () => ({
          type: 'section',
          text: { type: 'plain_text', text: 'x'.repeat(2600) },
        })),
      },
      'msg_blocks_too_long',
    ],
  ])('%s is refused', async (_name, args, error) => {
    slack.addChannel({ id: 'C03OLD', isArchived: true });
    slack.addChannel({ id: 'G01SECRET', isPrivate: true, bot: false });
    slack.addUser({ id: 'U03GONE', deleted: true });

    expect((await post({ text: 'x', ...args })).body).toMatchObject({ ok: false, error });
  });

  test('bad blocks are refused with the place of the fault, and remembered as a violation', async () => {
    const answer = await post({ blocks: [{ type: 'header', text: { type: 'plain_text', text: '' } }] });

    const where = 'must be more than 0 characters [json-pointer:/blocks/0/text/text]';
    expect(answer.body).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: [where],
      response_metadata: { messages: [`[ERROR] ${where}`] },
    });
    expect(slack.violations).toMatchObject([
      { method: 'chat.postMessage', error: 'invalid_blocks', messages: [`[ERROR] ${where}`] },
    ]);
  });

  test('a reply to a reply is refused', async () => {
    const ts = (await post({ text: 'run' })).body['ts'];
    const reply = (await post({ text: 'detail', thread_ts: ts })).body['ts'];

    expect((await post({ text: 'x', thread_ts: reply })).body['error']).toBe('cannot_reply_to_message');
  });

  test('with chat:write.public the bot may speak in a public channel it is not in', async () => {
    const loud = await startTeam({ scopes: ['chat:write', 'chat:write.public'] });

    expect((await call(loud, 'chat.postMessage', { channel: 'C02LOUNGE', text: 'x' })).body['ok']).toBe(true);
    await loud.close();
  });
});

describe('editing', () => {
  const update = (args: object) => call(slack, 'chat.update', { channel: 'C01OPS', ...args });
  const divider = [{ type: 'divider' }];

  test('an edit keeps the ts, and the earlier words stay in the history', async () => {
    const ts = (await post({ text: 'running' })).body['ts'];
    await update({ ts, text: 'done' });

    expect(slack.messages('C01OPS')).toMatchObject([{ ts, text: 'done', history: [{ text: 'running' }] }]);
  });

  test('blocks stay when an edit does not mention them, and go with an empty list', async () => {
    const ts = (await post({ text: 'a', blocks: divider })).body['ts'];

    await update({ ts, text: 'b' });
    expect(slack.messages('C01OPS')).toMatchObject([{ text: 'b', blocks: [{ type: 'divider' }] }]);
    await update({ ts, text: 'c', blocks: [] });
    expect(slack.messages('C01OPS')).toMatchObject([{ text: 'c', blocks: [] }]);
  });

  test('what is not the bot’s, not there or not said is refused', async () => {
    const ts = (await post({ text: 'mine' })).body['ts'];
    const theirs = slack.as('U01ALICE').say('C01OPS', 'hers').ts;
    const whispered = (
      await call(slack, 'chat.postEphemeral', { channel: 'C01OPS', user: 'U01ALICE', text: 'psst' })
    ).body;

    expect((await update({ ts: theirs, text: 'x' })).body['error']).toBe('cant_update_message');
    expect((await update({ ts: '1.000001', text: 'x' })).body['error']).toBe('message_not_found');
    expect((await update({ ts: whispered['message_ts'], text: 'x' })).body['error']).toBe(
      'message_not_found',
    );
    expect((await update({ ts })).body['error']).toBe('no_text');
    expect((await update({ ts, text: 'x'.repeat(4001) })).body['error']).toBe('msg_too_long');
    slack.deleteMessage('C01OPS', String(ts));
    expect((await update({ ts, text: 'x' })).body['error']).toBe('message_not_found');
    slack.kick('C01OPS', slack.botUserId);
    expect((await update({ ts, text: 'x' })).body['error']).toBe('not_in_channel');
  });
});

test('an ephemeral is for one person, who has to be in the channel', async () => {
  const whisper = (user: string, channel = 'C01OPS') =>
    call(slack, 'chat.postEphemeral', { channel, user, text: 'psst' });
  slack.addUser({ id: 'U03CAROL' });

  expect((await whisper('U01ALICE')).body['ok']).toBe(true);
  expect((await whisper('U03CAROL')).body['error']).toBe('user_not_in_channel');
  expect((await whisper('U01ALICE', 'U01ALICE')).body['error']).toBe('channel_not_found');
  expect(
    slack
      .as('U01ALICE')
      .ephemerals('C01OPS')
      .map(({ text }) => text),
  ).toEqual(['psst']);
  expect(slack.as('U02BOB').ephemerals('C01OPS')).toEqual([]);
  expect(slack.messages('C01OPS')).toEqual([]);
});
