import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalSlack } from '../../../sandbox/slack/local-slack.ts';
import { startTeam } from '../../sandbox/slack/support.ts';
import { appOptions, ready, socketApp } from './support.ts';

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

describe('the connection', () => {
  test('sends each payload to one of several sockets', async () => {
    const heard: string[] = [];
    const second = await socketApp(slack);
    for (const [name, each] of [
      ['first', app],
      ['second', second],
    ] as const) {
      each.command('/rollback', async ({ ack }) => {
        heard.push(name);
        await ack();
      });
      await each.start();
    }
    await slack.waitForSockets(2);

    for (let count = 0; count < 4; count += 1) await slack.as('U01ALICE').command('C01OPS', '/rollback');

    expect(heard.toSorted()).toEqual(['first', 'first', 'second', 'second']);
    await second.stop();
  });

  test('reconnects when Slack asks for that', async () => {
    const receiver = new SocketModeReceiver({
      appToken: slack.appToken,
      logLevel: LogLevel.ERROR,
      clientPingTimeout: 5,
      installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
    });
    const patient = await ready(new App({ ...appOptions(slack), receiver }));
    patient.command('/rollback', async ({ ack }) => ack('still here'));
    await patient.start();
    slack.refreshSockets();
    await slack.waitForSockets(0);
    await slack.waitForSockets(1);

    expect(await slack.as('U01ALICE').command('C01OPS', '/rollback')).toMatchObject({ ok: true });
    await patient.stop();
  });

  test('passes a rate limit on to the app with the time to wait', async () => {
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, rejectRateLimitedCalls: true });
    slack.fail('chat.postMessage', { rateLimitSeconds: 3 });
    const post = () => client.chat.postMessage({ channel: 'C01OPS', text: 'x' });

    await expect(post()).rejects.toMatchObject({ retryAfter: 3 });
    await post();
    expect(slack.messages('C01OPS')).toHaveLength(1);
  });

  test('uploads a file in the two steps of the client', async () => {
    await app.client.files.uploadV2({
      channel_id: 'C01OPS',
      filename: 'run.log',
      file: Buffer.from('all of it'),
      title: 'Log',
    });

    expect(slack.messages('C01OPS')[0]?.files[0]?.content.toString()).toBe('all of it');
  });
});
