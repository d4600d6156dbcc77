import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import { startTeam } from '../../sandbox/slack/support.ts';
import { socketApp } from './support.ts';

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

describe('a command', () => {
  test('reaches the app, is acknowledged, and the person gets the answer', async () => {
    app.command('/rollback', async ({ ack, command, respond }) => {
      await ack();
      await respond(`${command.user_id} wants ${command.text} in ${command.channel_name}`);
    });
    await app.start();

    const sent = await slack.as('U01ALICE').command('C01OPS', '/rollback acme-kitchens v0.5.0');

    expect(sent).toMatchObject({ ok: true, sent: true });
    const answer = await slack.waitForMessage((message) => message.ephemeralFor === 'U01ALICE');
    expect(plainText(answer)).toBe('U01ALICE wants acme-kitchens v0.5.0 in ops');
    expect(slack.as('U02BOB').ephemerals('C01OPS')).toEqual([]);
  });

  test('may be answered by the acknowledgement itself, to the person or to the channel', async () => {
    app.command('/rollback', async ({ ack, command }) =>
      ack(command.text === 'aloud' ? { response_type: 'in_channel', text: 'hear, hear' } : 'psst'),
    );
    await app.start();
    const alice = slack.as('U01ALICE');

    await alice.command('C01OPS', '/rollback');
    await alice.command('C01OPS', '/rollback aloud');

    expect(alice.ephemerals('C01OPS').map(plainText)).toEqual(['psst']);
    expect(slack.messages('C01OPS').map(plainText)).toEqual(['hear, hear']);
  });

  test('may be very long, and so may its answer', async () => {
    app.command('/rollback', async ({ ack, command }) => ack(command.text.slice(0, 39_000)));
    await app.start();
    const alice = slack.as('U01ALICE');

    await alice.command('C01OPS', `/rollback ${'x'.repeat(70_000)}`);

    expect(alice.ephemerals('C01OPS')[0]?.text).toHaveLength(39_000);
  });

  test('in a thread is refused by Slack itself', async () => {
    await app.start();
    const alice = slack.as('U01ALICE');
    const { ts } = alice.say('C01OPS', 'a thread');

    expect(await alice.command('C01OPS', '/rollback status', { thread: ts })).toMatchObject({ sent: false });
    expect(alice.notices()).toEqual(['/rollback is not supported in threads. Sorry!']);
  });

  test('that is not acknowledged in time fails visibly, and a late ack changes nothing', async () => {
    await app.stop();
    await slack.close();
    slack = await startTeam({ ackTimeoutMs: 300 });
    app = await socketApp(slack);
    let acknowledge = (): void => undefined;
    app.command('/rollback', async ({ ack }) => {
      await new Promise<void>((resolve) => {
        acknowledge = resolve;
      });
      await ack('too late');
    });
    await app.start();
    const alice = slack.as('U01ALICE');

    expect(await alice.command('C01OPS', '/rollback x')).toMatchObject({
      ok: false,
      error: 'operation_timeout',
    });
    acknowledge();
    await slack.waitFor((event) => event.type === 'ack' && event.result.error === 'late_ack');

    expect(alice.notices()).toEqual(['/rollback failed with the error "operation_timeout"']);
    expect(alice.ephemerals('C01OPS')).toEqual([]);
  });

  test('fails at once if no app is connected', async () => {
    await app.start();
    await app.stop();
    await slack.waitForSockets(0);

    expect(await slack.as('U01ALICE').command('C01OPS', '/rollback x')).toMatchObject({
      error: 'dispatch_failed',
    });
  });

  test('with an answer that Slack does not understand is a violation', async () => {
    app.command('/rollback', async ({ ack }) => ack({ blocks: [{ type: 'section' }] }));
    await app.start();
    await slack.as('U01ALICE').command('C01OPS', '/rollback x');

    expect(slack.violations).toMatchObject([{ method: 'ack of /rollback', error: 'invalid_blocks' }]);
  });
});
