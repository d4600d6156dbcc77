import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalSlack } from '../../../../sandbox/slack/local-slack.ts';
import { addPage } from '../../../../sandbox/slack/page/page.ts';
import { call, given, startTeam } from '../support.ts';
import { channelOf, doAs, listenTo, stateOf } from './support.ts';

const ALICE = 'U01ALICE';
const BOB = 'U02BOB';
const OPS = 'C01OPS';
const LOUNGE = 'C02LOUNGE';

let slack: LocalSlack;

beforeEach(async () => {
  slack = await startTeam();
  addPage(slack, { workspaceName: 'Northlight', sites: ['acme-kitchens'] });
});

afterEach(() => slack.close());

const post = async (more: object): Promise<string> =>
  String((await call(slack, 'chat.postMessage', { channel: OPS, text: 'said', ...more })).body['ts']);

describe('a person sees', () => {
  test('their own channels, and everybody to be', async () => {
    const alice = await stateOf(slack, ALICE);
    expect(alice).toMatchObject({ me: ALICE, workspace: 'Northlight', sites: ['acme-kitchens'] });
    expect(alice.channels.map(({ id }) => id)).toEqual([OPS, LOUNGE]);
    expect((await stateOf(slack, BOB)).channels.map(({ id }) => id)).toEqual([OPS]);
    expect(alice.people.map(({ id, bot }) => [id, bot])).toEqual([
      ['U01ROLLBACKBOT', true],
      [ALICE, false],
      [BOB, false],
    ]);
  });

  test('no name of a private channel that they are not in', async () => {
    slack.addChannel({ id: 'C03SECRET', isPrivate: true, members: [ALICE] });
    expect((await stateOf(slack, ALICE)).channelNames['C03SECRET']).toBe('secret');
    expect((await stateOf(slack, BOB)).channelNames).not.toHaveProperty('C03SECRET');
  });

  test('their direct messages with the bot, where everything is for them', async () => {
    await call(slack, 'chat.postMessage', { channel: ALICE, text: 'hello' });
    const direct = given((await stateOf(slack, ALICE)).channels.find(({ isDirect }) => isDirect));
    expect(direct).toMatchObject({ unread: 1, mentions: 1, messages: [{ text: 'hello' }] });
    expect((await stateOf(slack, BOB)).channels.some(({ isDirect }) => isDirect)).toBe(false);
  });

  test('what was said, with replies, and what was edited', async () => {
    const ts = await post({ text: 'plan' });
    await post({ text: 'details', thread_ts: ts });
    await post({ text: 'loud', thread_ts: ts, reply_broadcast: true });
    await call(slack, 'chat.update', { channel: OPS, ts, text: 'done' });

    expect((await channelOf(slack, BOB, OPS)).messages).toMatchObject([
      { ts, text: 'done', edited: true, threadTs: null },
      { text: 'details', threadTs: ts, alsoInChannel: false },
      { text: 'loud', threadTs: ts, alsoInChannel: true },
    ]);
  });

  test('an ephemeral message only if it is theirs, until they dismiss it', async () => {
    await call(slack, 'chat.postEphemeral', { channel: OPS, user: BOB, text: 'psst' });
    const seen = (await channelOf(slack, BOB, OPS)).messages;
    expect(seen).toMatchObject([{ text: 'psst', ephemeral: true }]);
    expect((await channelOf(slack, ALICE, OPS)).messages).toEqual([]);

    await doAs(slack, BOB, { type: 'dismiss', channel: OPS, ts: given(seen[0]).ts });
    expect((await channelOf(slack, BOB, OPS)).messages).toEqual([]);
  });

  test('nothing that an app keeps in a view for itself', async () => {
    await slack.as(ALICE).command(OPS, '/rollback');
    expect(JSON.stringify(await stateOf(slack, ALICE))).not.toContain('private_metadata');
  });

  test('files with their beginning, if they are text', async () => {
    const upload = async (name: string, content: Buffer): Promise<void> => {
      const { body } = await call(slack, 'files.getUploadURLExternal', {
        filename: name,
        length: content.length,
      });
      await fetch(String(body['upload_url']), { method: 'POST', body: new Uint8Array(content) });
      const files = [{ id: body['file_id'], title: name }];
      await call(slack, 'files.completeUploadExternal', { channel_id: OPS, files });
    };
    await upload('run.sh', Buffer.from('echo ö'));
    await upload('dump.gz', Buffer.from([0x1f, 0x8b, 0xff, 0]));
    await upload('long.log', Buffer.from('x'.repeat(70_000)));

    const files = (await channelOf(slack, BOB, OPS)).messages.flatMap((message) => message.files);
    expect(files).toMatchObject([
      { name: 'run.sh', size: 7, preview: 'echo ö', cut: false },
      { name: 'dump.gz', size: 4, preview: null, cut: false },
      { name: 'long.log', size: 70_000, cut: true },
    ]);
  });

  test('nobody who is not there', async () => {
    const status = async (user: string) => (await fetch(`${slack.origin}/page/state?user=${user}`)).status;
    slack.deleteUser(BOB);
    expect(await Promise.all(['', 'U09NOBODY', 'U01ROLLBACKBOT', BOB].map(status))).toEqual([
      200, 404, 404, 404,
    ]);
  });
});

describe('unread', () => {
  test('is what others said since, and a mark is only for the person who read', async () => {
    const ts = await post({ text: 'hello' });
    expect(await channelOf(slack, ALICE, OPS)).toMatchObject({ unread: 1, mentions: 0, readUpTo: '0' });

    await doAs(slack, ALICE, { type: 'read', channel: OPS, ts });
    expect(await channelOf(slack, ALICE, OPS)).toMatchObject({ unread: 0, readUpTo: ts });
    expect(await channelOf(slack, BOB, OPS)).toMatchObject({ unread: 1 });
  });

  test('never goes back, and one’s own words are read', async () => {
    await post({});
    await doAs(slack, ALICE, { type: 'say', channel: OPS, text: 'mine' });
    await doAs(slack, ALICE, { type: 'read', channel: OPS, ts: '1' });
    expect(await channelOf(slack, ALICE, OPS)).toMatchObject({ unread: 0 });
  });

  test('counts mentions by name, by group and of everybody, in blocks rather than the text beside them', async () => {
    const section = (text: string) => [{ type: 'section', text: { type: 'mrkdwn', text } }];
    await post({ text: `hi <@${BOB}>` });
    await post({ text: 'x', blocks: section('<!subteam^S01ONCALL> look') });
    await post({ text: '<!here>' });
    await post({ text: `<@${BOB}>`, blocks: section('nobody') });
    await post({ text: 'x', blocks: [{ type: 'section', text: { type: 'plain_text', text: `<@${BOB}>` } }] });

    expect(await channelOf(slack, BOB, OPS)).toMatchObject({ unread: 5, mentions: 3 });
    expect(await channelOf(slack, ALICE, OPS)).toMatchObject({ unread: 5, mentions: 1 });
    expect((await stateOf(slack, ALICE)).people.map(({ mentions }) => mentions)).toEqual([0, 1, 3]);
  });

  test('is not made by an edit, nor by a reply that calls nobody', async () => {
    const ts = await post({});
    await doAs(slack, BOB, { type: 'read', channel: OPS, ts });
    await call(slack, 'chat.update', { channel: OPS, ts, text: `<@${BOB}>` });
    await post({ thread_ts: ts });
    expect(await channelOf(slack, BOB, OPS)).toMatchObject({ unread: 0, mentions: 0 });
    await post({ thread_ts: ts, text: `<@${BOB}>` });
    expect(await channelOf(slack, BOB, OPS)).toMatchObject({ unread: 1, mentions: 1 });
  });
});

describe('live', () => {
  test('a new post comes with its state and rings; an edit and an ephemeral message do not', async () => {
    const stream = await listenTo(slack, ALICE);
    await stream.next('state');
    const ts = await post({ text: `<@${BOB}> look` });
    expect(await stream.next('notification')).toMatchObject({
      channel: OPS,
      ts,
      text: `<@${BOB}> look`,
      mine: true,
      mentionsMe: false,
      others: [BOB],
    });
    await call(slack, 'chat.update', { channel: OPS, ts, text: `<@${ALICE}>` });
    await call(slack, 'chat.postEphemeral', { channel: OPS, user: ALICE, text: 'psst' });
    await post({ text: 'last' });
    expect(await stream.next('notification')).toMatchObject({ text: 'last', others: [] });
    stream.stop();
  });

  test('nobody hears of a channel that they are not in', async () => {
    const stream = await listenTo(slack, BOB);
    slack.as(ALICE).say(LOUNGE, `secret, <@${BOB}>`);
    await post({ text: 'open' });
    expect(await stream.next('notification')).toMatchObject({ text: 'open' });
    stream.stop();
  });

  test('what Slack itself says reaches the person it says it to, and who is there is seen', async () => {
    const stream = await listenTo(slack, BOB);
    await slack.as(BOB).command(OPS, '/rollback');
    expect(await stream.next('notice')).toEqual({
      text: '/rollback failed with the error "dispatch_failed"',
    });
    const isHere = async () => (await stateOf(slack, ALICE)).people.find(({ id }) => id === BOB)?.here;
    expect(await isHere()).toBe(true);
    stream.stop();
    await expect.poll(isHere).toBe(false);
  });
});
