import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalSlack } from '../../../../sandbox/slack/local-slack.ts';
import { addPage } from '../../../../sandbox/slack/page/page.ts';
import { call, startTeam } from '../support.ts';
import { ask } from './support.ts';

let slack: LocalSlack;
let host: string;

beforeAll(async () => {
  slack = await startTeam();
  addPage(slack);
  host = new URL(slack.origin).host;
});

afterAll(() => slack.close());

const json = { 'content-type': 'application/json' };
const say = JSON.stringify({ user: 'U01ALICE', type: 'say', channel: 'C01OPS', text: 'forged' });

describe('the page', () => {
  test('is served with a policy that runs nothing but its own files', async () => {
    const { status, headers, text } = await ask(slack, '/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(text).not.toMatch(/<script(?![^>]*src=)|style="|https?:\/\//);
  });

  test('serves its assets and no other file', async () => {
    expect((await ask(slack, '/page/assets/main.js')).headers['content-type']).toBe(
      'text/javascript; charset=utf-8',
    );
    expect((await ask(slack, '/page/assets/base.css')).status).toBe(200);
    for (const path of ['../page.ts', '..%2fpage.ts', 'tsconfig.json', 'nothing.js', ''])
      expect((await ask(slack, `/page/assets/${path}`)).status).toBe(404);
  });

  test('leaves the API alone', async () => {
    expect((await call(slack, 'auth.test')).body['ok']).toBe(true);
    expect((await ask(slack, '/elsewhere')).status).toBe(404);
  });
});

describe('what comes from elsewhere', () => {
  test.each(['/', '/page/state', '/page/events', '/page/assets/main.js'])(
    'finds no %s under a foreign name',
    async (path) => {
      for (const foreign of [
        'evil.example',
        `evil.example:${new URL(slack.origin).port}`,
        '127.0.0.1',
        '127.0.0.1:1',
      ])
        expect((await ask(slack, path, { host: foreign })).status).toBe(403);
    },
  );

  test('may use every name of this machine', async () => {
    for (const name of ['localhost', '[::1]', 'LOCALHOST'])
      expect(
        (await ask(slack, '/page/state', { host: `${name}:${new URL(slack.origin).port}` })).status,
      ).toBe(200);
  });

  test.each([
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['no origin to speak of', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['another scheme', { origin: `https://127.0.0.1` }],
    ['another site by the browser’s own word', { 'sec-fetch-site': 'cross-site' }],
    ['another port by the browser’s own word', { 'sec-fetch-site': 'same-site' }],
  ])('clicks nothing: %s', async (_, headers) => {
    const { status } = await ask(slack, '/page/act', { ...json, ...headers }, say);
    expect(status).toBe(403);
    expect(slack.messages('C01OPS')).toEqual([]);
  });

  test('sends no form', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded'])
      expect((await ask(slack, '/page/act', { 'content-type': type }, say)).status).toBe(415);
    expect(slack.messages('C01OPS')).toEqual([]);
  });

  test('may link to the page, but reads nothing', async () => {
    expect((await ask(slack, '/', { 'sec-fetch-site': 'cross-site' })).status).toBe(200);
    expect((await ask(slack, '/page/state', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('is told apart from the page itself', async () => {
    const own = { ...json, host, origin: slack.origin, 'sec-fetch-site': 'same-origin' };
    expect((await ask(slack, '/page/act', own, say)).status).toBe(200);
    expect(slack.messages('C01OPS')).toHaveLength(1);
  });
});

test('an action that cannot be read is refused', async () => {
  expect((await ask(slack, '/page/act', json, 'no json')).status).toBe(400);
  expect((await ask(slack, '/page/act', json, '[]')).status).toBe(400);
  expect((await ask(slack, '/page/act', json, `{"user":"${'x'.repeat(200_000)}"}`)).status).toBe(400);
  expect((await ask(slack, '/page/act', json, '{"user":"U09NOBODY"}')).status).toBe(404);
  expect((await ask(slack, '/page/act', json, '{"user":"U01ROLLBACKBOT","type":"say"}')).status).toBe(404);
  expect((await ask(slack, '/page/act', json, '{"user":"U01ALICE","type":"fly"}')).status).toBe(400);
});
