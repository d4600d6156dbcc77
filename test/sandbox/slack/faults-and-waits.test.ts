import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalSlack } from '../../../sandbox/slack/local-slack.ts';
import { call, startTeam } from './support.ts';

let slack: LocalSlack;

beforeEach(async () => {
  slack = await startTeam();
});

afterEach(async () => {
  await slack.close();
});

const post = (args: object) => call(slack, 'chat.postMessage', { channel: 'C01OPS', ...args });

describe('scripted faults', () => {
  test('hit the number of calls they were told to, and no more', async () => {
    slack.fail('chat.postMessage', { error: 'internal_error', times: 2 });

    expect((await post({ text: 'a' })).body['error']).toBe('internal_error');
    expect((await post({ text: 'b' })).body['error']).toBe('internal_error');
    expect((await post({ text: 'c' })).body['ok']).toBe(true);
    expect(slack.messages('C01OPS').map(({ text }) => text)).toEqual(['c']);
  });

  test('can be a rate limit, an HTTP status or a slow answer', async () => {
    slack.fail('chat.postMessage', { rateLimitSeconds: 7 });
    slack.fail('chat.postMessage', { status: 503 });
    slack.fail('chat.postMessage', { delayMs: 1 });

    const limited = await post({ text: 'a' });
    expect([limited.status, limited.headers.get('retry-after'), limited.body['error']]).toEqual([
      429,
      '7',
      'ratelimited',
    ]);
    expect((await post({ text: 'b' })).status).toBe(503);
    expect((await post({ text: 'c' })).body['ok']).toBe(true);
  });

  test('can lose the answer of a call that was carried out', async () => {
    slack.fail('*', { dropReply: true });

    await expect(post({ text: 'posted, yet nobody knows' })).rejects.toThrow('fetch failed');
    expect(slack.messages('C01OPS')).toHaveLength(1);
  });

  test('are not the app’s violations', async () => {
    slack.fail('chat.postMessage', { error: 'invalid_blocks' });
    await post({ text: 'a' });

    expect(slack.violations).toEqual([]);
  });
});

test('a wait that ends in vain shows what happened instead', async () => {
  await post({ text: 'something else' });

  await expect(slack.waitForMessage(({ text }) => text === 'done', 5)).rejects.toThrow(
    /nothing matched within 5 ms; the transcript ends with\nmessage C01OPS [\d.]+ by U01ROLLBACKBOT\n {4}something else/,
  );
});

test('a wait from a mark looks past what was there before', async () => {
  await post({ text: 'done' });
  const since = slack.mark();
  const next = slack.waitForMessage(({ text }) => text === 'done', { since });
  const { body } = await post({ text: 'done' });

  expect((await next).ts).toBe(body['ts']);
});

test('closing ends a wait at once', async () => {
  const [waiting] = await Promise.allSettled([slack.waitFor(() => false), slack.close()]);

  expect(waiting).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringContaining('was closed') },
  });
});
