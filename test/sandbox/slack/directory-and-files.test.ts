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

const errorOf = async (method: string, args: object = {}, options: object = {}) =>
  (await call(slack, method, { ...args }, options)).body['error'];

describe('the directory', () => {
  const userInfo = async (user: string) => (await call(slack, 'users.info', { user })).body;

  test('tells members, guests, strangers, bots and deactivated accounts apart', async () => {
    slack.addUser({ id: 'U03GUEST', kind: 'restricted' });
    slack.addUser({ id: 'U04VISITOR', kind: 'ultra-restricted' });
    slack.addUser({ id: 'U05ELSE', kind: 'stranger' });
    slack.deleteUser('U02BOB');

    expect(await userInfo('U01ALICE')).toMatchObject({
      user: {
        deleted: false,
        is_bot: false,
        is_restricted: false,
        team_id: slack.teamId,
        profile: { display_name: 'Alice' },
      },
    });
    expect(await userInfo('U03GUEST')).toMatchObject({
      user: { is_restricted: true, is_ultra_restricted: false },
    });
    expect(await userInfo('U04VISITOR')).toMatchObject({
      user: { is_restricted: true, is_ultra_restricted: true },
    });
    expect(await userInfo('U05ELSE')).toMatchObject({ user: { is_stranger: true, team_id: 'T02ELSEWHERE' } });
    expect(await userInfo(slack.botUserId)).toMatchObject({ user: { is_bot: true } });
    expect(await userInfo('U02BOB')).toMatchObject({ user: { deleted: true } });
    expect(await userInfo('U99')).toMatchObject({ error: 'user_not_found' });
  });

  test('group members follow changes at run time, also through a deactivation', async () => {
    const members = async (usergroup: string) =>
      (await call(slack, 'usergroups.users.list', { usergroup })).body;

    slack.addToGroup('S01ONCALL', 'U01ALICE');
    expect(await members('S01ONCALL')).toMatchObject({ users: ['U02BOB', 'U01ALICE'] });
    slack.removeFromGroup('S01ONCALL', 'U01ALICE');
    slack.deleteUser('U02BOB');
    expect(await members('S01ONCALL')).toMatchObject({ ok: true, users: [] });
    expect(await members('S99')).toMatchObject({ error: 'no_such_subteam' });
  });

  test('a channel says whether the bot is in it and whether outsiders are', async () => {
    const info = async (channel: string) => (await call(slack, 'conversations.info', { channel })).body;
    slack.changeChannel('C01OPS', { isExternallyShared: true });

    expect(await info('C01OPS')).toMatchObject({ channel: { is_member: true, is_ext_shared: true } });
    expect(await info('C02LOUNGE')).toMatchObject({ channel: { is_member: false, is_ext_shared: false } });
    expect(await info('C99')).toMatchObject({ error: 'channel_not_found' });
    expect((await call(slack, 'conversations.members', { channel: 'C01OPS' })).body).toMatchObject({
      members: ['U01ALICE', 'U02BOB', slack.botUserId],
    });
  });
});

describe('files', () => {
  test('an announced upload arrives in the channel', async () => {
    const { body } = await call(slack, 'files.getUploadURLExternal', { filename: 'log.txt', length: 5 });
    const sent = await fetch(String(body['upload_url']), { method: 'POST', body: 'hello' });
    const done = await call(slack, 'files.completeUploadExternal', {
      files: [{ id: body['file_id'], title: 'The log' }],
      channel_id: 'C01OPS',
      initial_comment: 'tail',
    });

    expect(sent.status).toBe(200);
    expect(done.body).toMatchObject({ ok: true, files: [{ id: body['file_id'], title: 'The log' }] });
    const [message] = slack.messages('C01OPS');
    expect(message?.files[0]?.content.toString()).toBe('hello');
    expect(plainText(given(message))).toBe('tail\n[file log.txt] The log');
  });

  test('bytes of another length, an unfinished upload and an unknown file are refused', async () => {
    const { body } = await call(slack, 'files.getUploadURLExternal', { filename: 'log.txt', length: 5 });
    const complete = (id: unknown) => errorOf('files.completeUploadExternal', { files: [{ id }] });

    expect((await fetch(String(body['upload_url']), { method: 'POST', body: 'no' })).status).toBe(400);
    expect(await complete(body['file_id'])).toBe('file_not_found');
    expect(await complete('F99')).toBe('file_not_found');
    expect(await errorOf('files.completeUploadExternal')).toBe('invalid_arguments');
    expect(await errorOf('files.getUploadURLExternal', { filename: 'x', length: 0 })).toBe(
      'invalid_arguments',
    );
  });
});
