import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StatusWebhook } from '../../src/domain/site/stakeholders.ts';
import { webhookStatusPage } from '../../src/paging/status-page.ts';
import { readPassword } from '../../src/probe/password-file.ts';
import { type StatusServer, startStatusServer } from '../support/fakes/status-server.ts';

const MESSAGE = { key: 'acme-kitchens-7-started', body: '{"status":"started"}' };
const page = webhookStatusPage(readPassword);
let server: StatusServer;
let folder: string;

beforeEach(async () => {
  server = await startStatusServer();
  folder = await mkdtemp(join(tmpdir(), 'status-page-'));
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const webhook = (more: Partial<StatusWebhook> = {}): StatusWebhook => ({
  url: server.url,
  headers: {},
  stillWorking: false,
  statuses: {},
  ...more,
});

async function secretFile(content: string, mode = 0o600) {
  const file = join(folder, 'secret');
  await writeFile(file, content);
  await chmod(file, mode);
  return { header: 'Authorization', file };
}

it('posts JSON with a key by which the page knows it again, its headers and its secret', async () => {
  const secret = await secretFile('Bearer 7c9e66\nnot this\n');

  expect(await page.tell(webhook({ headers: { 'X-Team': 'ops' }, secret }), MESSAGE)).toEqual({
    kind: 'taken',
  });

  expect(server.calls).toMatchObject([
    {
      key: MESSAGE.key,
      headers: { 'content-type': 'application/json', 'x-team': 'ops', authorization: 'Bearer 7c9e66' },
      body: { status: 'started' },
    },
  ]);
});

it('reads the secret anew each time, so that a new one needs no restart', async () => {
  const secret = await secretFile('old');
  await page.tell(webhook({ secret }), MESSAGE);
  await secretFile('new');
  await page.tell(webhook({ secret }), MESSAGE);

  expect(server.calls.map(({ headers }) => headers.authorization)).toEqual(['old', 'new']);
});

it.each<[string, string, number]>([
  ['is empty', '', 0o600],
  ['can be read by everyone', 'Bearer 7c9e66', 0o644],
  ['holds characters that no header can', 'Bearer\t7c9e66', 0o600],
])(
  'sends nothing while the file of the secret %s, and does not say what is in it',
  async (why, content, mode) => {
    const answer = await page.tell(webhook({ secret: await secretFile(content, mode) }), MESSAGE);

    expect(answer).toMatchObject({ kind: 'again', problem: expect.stringContaining(why) });
    expect(JSON.stringify(answer)).not.toContain('7c9e66');
    expect(server.calls).toEqual([]);
  },
);

it.each<[number, object]>([
  [200, { kind: 'taken' }],
  [202, { kind: 'taken' }],
  [500, { kind: 'again', afterMs: 0, problem: 'it answered 500' }],
  [503, { kind: 'again', afterMs: 0, problem: 'it answered 503' }],
  [429, { kind: 'again', afterMs: 0, problem: 'it answered 429' }],
  [400, { kind: 'refused', problem: 'it answered 400' }],
  [401, { kind: 'refused', problem: 'it answered 401' }],
  [404, { kind: 'refused', problem: 'it answered 404' }],
])('takes %d for what it means', async (status, answer) => {
  server.replies.push(status);

  expect(await page.tell(webhook(), MESSAGE)).toEqual(answer);
});

it.each([
  ['7', 7_000],
  ['0', 0],
  ['soon', 0],
  ['-5', 0],
])('waits as long as Retry-After says: %s', async (value, afterMs) => {
  server.replies.push({ status: 429, headers: { 'retry-after': value } });

  expect(await page.tell(webhook(), MESSAGE)).toMatchObject({ kind: 'again', afterMs });
});

it('knows a date in Retry-After, also one that is over', async () => {
  const at = (ms: number) => new Date(Date.now() + ms).toUTCString();
  server.replies.push({ status: 503, headers: { 'retry-after': at(60_000) } });
  const ahead = await page.tell(webhook(), MESSAGE);
  server.replies.push({ status: 503, headers: { 'retry-after': at(-60_000) } });

  expect(ahead.kind === 'again' && ahead.afterMs).toBeGreaterThan(50_000);
  expect(await page.tell(webhook(), MESSAGE)).toMatchObject({ afterMs: 0 });
});

it('goes to no other address, wherever the page points', async () => {
  const other = await startStatusServer();
  server.replies.push({ status: 307, headers: { location: other.url } });

  expect(await page.tell(webhook({ secret: await secretFile('Bearer 7c9e66') }), MESSAGE)).toEqual({
    kind: 'refused',
    problem: 'it answered 307, a redirect, which is not followed',
  });

  expect(other.calls).toEqual([]);
  await other.close();
});

it('does not wait for a page that hangs', async () => {
  server.replies.push('hang');

  expect(await page.tell(webhook(), MESSAGE)).toEqual({
    kind: 'again',
    afterMs: 0,
    problem: 'no answer within 5 s',
  });
});

it('tries a page again that is not there', async () => {
  const { url } = server;
  await server.close();

  expect(await page.tell(webhook({ url }), MESSAGE)).toMatchObject({
    kind: 'again',
    problem: expect.stringContaining('ECONNREFUSED'),
  });
  server = await startStatusServer();
});
