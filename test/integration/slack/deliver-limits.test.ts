import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainText } from '../../../sandbox/slack/local-slack.ts';
import { eventsTo, runIn, runOf, steps } from '../../support/story/run.ts';
import { OPS, type Scene, STATUS, startScene, stopTime } from './scene.ts';

describe('showing a run', () => {
  let scene: Scene;

  beforeEach(async () => {
    scene = await startScene();
  });

  afterEach(() => scene.close());

  it('edits at most once a second, and says when to call it again', async () => {
    const time = stopTime();
    scene.run = runIn('awaiting-approval');
    await scene.show();
    scene.run = runIn('ready');
    await scene.show();
    scene.run = runIn('switching');

    expect(await scene.show()).toEqual({ again: 1_000 });
    time.pass(999);
    expect(await scene.show()).toEqual({ again: 1 });
    time.pass(1);
    expect(await scene.show()).toBeUndefined();
  });

  it('leaves a busy channel alone for as long as Slack asks, and serves others meanwhile', async () => {
    const time = stopTime();
    scene.run = runOf([...eventsTo('switching'), ...steps(['recheck', 0], ['stop', null])]);
    scene.slack.fail('chat.postMessage', { times: 1, rateLimitSeconds: 3 });

    // Messages for the thread try again after two seconds until the thread's first message exists.
    expect(await scene.show()).toEqual({ again: 2_000 });
    time.pass(2_999);
    expect(await scene.show()).toEqual({ again: 1 });
    // Slack would have accepted it, but there was no call.
    expect(scene.slack.messages(OPS)).toEqual([]);
    expect(scene.slack.messages(STATUS)).toHaveLength(1);
    time.pass(1);
    expect(await scene.show()).toBeUndefined();
    expect(scene.posts()).toEqual([
      '*Roll Acme Kitchens (production) back to v0.5.0*',
      expect.stringContaining('Roll Acme Kitchens (production) back to v0.5.0'),
    ]);
    expect(scene.slack.violations).toEqual([]);
  });

  it('shows the newest state in few edits if much happens at once', async () => {
    const done = [
      'recheck',
      'stop',
      'safety-backup',
      'checkout',
      'restore',
      'environment',
      'static',
    ] as const;
    const time = stopTime();
    scene.run = runIn('switching');
    await scene.show();
    const edits: string[] = [];
    const forget = scene.slack.onEvent((event) => {
      if (event.type === 'edit') edits.push(`${event.message.channel} ${plainText(event.message)}`);
    });

    for (let count = 1; count <= done.length; count += 1) {
      const so = done.slice(0, count).map((name) => [name, 0] as const);
      scene.run = runOf([...eventsTo('switching'), ...steps(...so)]);
      await scene.show();
    }
    const burst = edits.length;
    time.pass(1_000);
    expect(await scene.show()).toBeUndefined();
    forget();

    // One edit at once, and one more with the newest state.
    expect([burst, edits.length]).toEqual([1, 2]);
    expect(edits.findLast((text) => text.startsWith(OPS))).toContain(
      ':white_check_mark: collect static files',
    );
  });

  it('does not post thread messages to the channel if the thread’s first message is late', async () => {
    scene.run = runIn('awaiting-approval');
    scene.slack.fail('chat.postMessage', { times: 1, status: 500 });

    await expect(scene.show()).rejects.toThrow('does not show acme-kitchens');
    await scene.show();

    const progress = scene.slack.messages(OPS).find((message) => plainText(message).startsWith('*Roll'));
    expect(scene.slack.messages(OPS)).toHaveLength(2);
    expect(scene.slack.thread(OPS, progress?.ts ?? '').map((message) => message.text)).toEqual([
      'The plan in detail',
    ]);
  });

  it('posts the end once after a quarter of an hour without Slack, whatever happened meanwhile', async () => {
    scene.run = runIn('awaiting-approval');
    await scene.show();
    scene.slack.fail('*', { times: 1_000, status: 503 });
    for (const state of ['ready', 'switching', 'verifying', 'succeeded'] as const) {
      scene.run = runIn(state);
      await scene.show().catch(() => undefined);
    }
    scene.slack.clearFaults();
    await expect.poll(async () => (await scene.show()) === undefined, { interval: 100 }).toBe(true);

    expect(scene.posts()).toEqual([
      '*Roll Acme Kitchens (production) back to v0.5.0*',
      'Roll Acme Kitchens (production) back to v0.5.0?',
      'Acme Kitchens is back',
    ]);
  });

  it('shows the card even if Slack refuses another message', async () => {
    scene.run = runIn('awaiting-approval');
    scene.slack.fail('chat.postMessage', { times: 1, status: 500 });

    await expect(scene.show()).rejects.toThrow('does not show acme-kitchens');

    expect(scene.posts()).toContain('Roll Acme Kitchens (production) back to v0.5.0?');
  });
});
