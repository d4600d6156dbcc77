import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalSlack } from '../../../../sandbox/slack/local-slack.ts';
import { addPage } from '../../../../sandbox/slack/page/page.ts';
import { actions, button, confirm, option, plain, section } from '../builders.ts';
import { call, startTeam } from '../support.ts';
import { doAs } from './support.ts';

const ALICE = 'U01ALICE';
const BOB = 'U02BOB';
const OPS = 'C01OPS';

let slack: LocalSlack;

beforeEach(async () => {
  slack = await startTeam();
  addPage(slack);
});

afterEach(() => slack.close());

const post = async (blocks: readonly unknown[]): Promise<string> =>
  String((await call(slack, 'chat.postMessage', { channel: OPS, text: 'x', blocks })).body['ts']);

const deliveries = () =>
  slack
    .transcript()
    .flatMap((event) => (event.type === 'delivery' ? [`${event.user} ${event.summary}`] : []));

describe('a person types', () => {
  test('a message: names become mentions, markup of one’s own cannot fake them', async () => {
    const { status } = await doAs(slack, ALICE, {
      type: 'say',
      channel: OPS,
      text: '@bob and @s01oncall and @nobody, see #ops: <!channel> & a@b.example',
    });
    expect(status).toBe(200);
    expect(slack.messages(OPS)[0]?.text).toBe(
      '<@U02BOB> and <!subteam^S01ONCALL> and @nobody, see <#C01OPS|ops>: &lt;!channel&gt; &amp; a@b.example',
    );
  });

  test('a reply', async () => {
    const ts = await post([section({ text: plain('plan') })]);
    await doAs(slack, BOB, { type: 'say', channel: OPS, thread: ts, text: 'fine' });
    expect(slack.thread(OPS, ts).map(({ text }) => text)).toEqual(['fine']);
  });

  test('a command, which goes to the app and into no channel', async () => {
    expect(
      (await doAs(slack, ALICE, { type: 'say', channel: OPS, text: '/rollback acme v1 ' })).body,
    ).toEqual({
      ok: true,
      sent: true,
    });
    expect(deliveries()).toEqual([`${ALICE} /rollback acme v1 in ${OPS}`]);
    expect(slack.messages(OPS)).toEqual([]);
  });

  test('a command in a thread, or one that nobody has: Slack says no', async () => {
    const ts = await post([section({ text: plain('plan') })]);
    await doAs(slack, ALICE, { type: 'say', channel: OPS, thread: ts, text: '/rollback' });
    expect(slack.as(ALICE).notices()).toEqual(['/rollback is not supported in threads. Sorry!']);
    const { status, body } = await doAs(slack, ALICE, { type: 'say', channel: OPS, text: '/deploy' });
    expect([status, body['error']]).toEqual([409, expect.stringContaining('/deploy is not a valid command')]);
    expect(deliveries()).toEqual([]);
  });

  test('nowhere where they are not', async () => {
    const { status, body } = await doAs(slack, BOB, { type: 'say', channel: 'C02LOUNGE', text: 'hello?' });
    expect([status, body['error']]).toEqual([409, 'U02BOB is not in C02LOUNGE (#lounge)']);
  });
});

describe('a person clicks', () => {
  test('a button, after the question that it asks', async () => {
    const ts = await post([actions(button({ confirm: confirm() }))]);
    const click = { type: 'click', channel: OPS, ts, label: 'Approve' };

    expect((await doAs(slack, BOB, click)).body['error']).toContain('"Approve" asks "Sure?"');
    expect((await doAs(slack, BOB, { ...click, confirm: false })).body).toEqual({ ok: true, sent: false });
    expect(deliveries()).toEqual([]);
    expect((await doAs(slack, BOB, { ...click, confirm: true })).body).toEqual({ ok: true, sent: true });
    expect(deliveries()).toEqual([`${BOB} Approve on ${OPS} ${ts}`]);
  });

  test('nothing that only somebody else sees', async () => {
    const blocks = [actions(button())];
    const { body } = await call(slack, 'chat.postEphemeral', {
      channel: OPS,
      user: ALICE,
      text: 'x',
      blocks,
    });
    const click = { type: 'click', channel: OPS, ts: String(body['message_ts']), label: 'Approve' };
    expect((await doAs(slack, BOB, click)).status).toBe(409);
    expect(deliveries()).toEqual([]);
  });

  test('cannot be forced', async () => {
    slack.kick(OPS, BOB);
    const ts = await post([actions(button())]);
    const click = { type: 'click', channel: OPS, ts, label: 'Approve', force: true };
    expect((await doAs(slack, BOB, click)).body['error']).toBe('U02BOB is not in C01OPS (#ops)');
  });

  test('an option, wherever the menu has its name', async () => {
    const menu = (action: string) => ({
      type: 'static_select',
      action_id: action,
      placeholder: plain('Pick'),
      options: [option('a', 'First'), option('b', 'Second')],
    });
    const ts = await post([
      { ...section({ text: plain('One menu'), accessory: menu('value') }), block_id: 'alone' },
      { ...actions(menu('left'), menu('right')), block_id: 'pair' },
    ]);
    const choose = { type: 'select', channel: OPS, ts, entry: 'b' };
    await doAs(slack, BOB, { ...choose, block: 'alone', action: 'value' });
    await doAs(slack, BOB, { ...choose, block: 'pair', action: 'right' });
    expect(deliveries()).toEqual([`${BOB} alone: b on ${OPS} ${ts}`, `${BOB} right: b on ${OPS} ${ts}`]);
  });
});
