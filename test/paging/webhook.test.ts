import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PageCall } from '../../src/app/ports/notify.ts';
import { webhookPager } from '../../src/paging/webhook.ts';
import { readPassword } from '../../src/probe/password-file.ts';

const CALL: PageCall = {
  incident: 'acme-kitchens-7-stop-1',
  call: 2,
  run: 'acme-kitchens-7',
  site: 'acme-kitchens@production',
  name: 'Acme Kitchens',
  text: 'Acme Kitchens is down.',
  since: '2026-03-01T02:20:00.000Z',
};

let server: Server;

let answers: number[];

let got: { method: string | undefined; headers: IncomingHttpHeaders; body: string }[];

beforeEach(async () => {
  answers = [];
  got = [];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      got.push({ method: request.method, headers: request.headers, body });
      response.writeHead(answers.shift() ?? 204, { location: '/elsewhere' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.close();
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/page`;

it('posts the call as JSON, with a key by which the pager knows it again', async () => {
  expect(await webhookPager(readPassword, []).page({ url: url() }, CALL)).toBeNull();

  expect(got).toHaveLength(1);
  expect(got[0]).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'acme-kitchens-7-stop-1-call-2' },
  });
  expect(JSON.parse(got[0]?.body ?? '')).toEqual(CALL);
});

it('tries again where the call was not taken, with the same key', async () => {
  answers = [500, 503];

  expect(await webhookPager(readPassword, [1, 1]).page({ url: url() }, CALL)).toBeNull();

  expect(new Set(got.map(({ headers }) => headers['idempotency-key']))).toHaveLength(1);
  expect(got).toHaveLength(3);
});

it('says why nobody was called', async () => {
  answers = [500, 500];
  expect(await webhookPager(readPassword, [1]).page({ url: url() }, CALL)).toBe('it answered 500');

  answers = [302];
  expect(await webhookPager(readPassword, []).page({ url: url() }, CALL)).toBe('it answered 302');

  const nobody = createServer().listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address() as AddressInfo;
  nobody.close();
  await once(nobody, 'close');
  expect(await webhookPager(readPassword, []).page({ url: `http://127.0.0.1:${port}/` }, CALL)).toContain(
    'ECONNREFUSED',
  );
});

it('sends a login of the address as a header, and shows it to nobody', async () => {
  const withLogin = (login: string) => url().replace('//', `//${login}@`);

  expect(await webhookPager(readPassword, []).page({ url: withLogin('bot:p%40ss:w') }, CALL)).toBeNull();
  expect(got[0]?.headers.authorization).toBe(`Basic ${Buffer.from('bot:p@ss:w').toString('base64')}`);
  expect(await webhookPager(readPassword, []).page({ url: withLogin('token%zz') }, CALL)).toBeNull();
  expect(got[1]?.headers.authorization).toBe(`Basic ${Buffer.from('token%zz:').toString('base64')}`);

  answers = [500];
  expect(await webhookPager(readPassword, []).page({ url: withLogin('bot:hunter2') }, CALL)).toBe(
    'it answered 500',
  );
  const address = new URL(withLogin('bot:hunter2'));
  server.close();
  await once(server, 'close');
  expect(await webhookPager(readPassword, []).page({ url: address.href }, CALL)).not.toContain('hunter2');
});

it('sends its secret as it stands in the file at that moment', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pager-'));
  const file = join(folder, 'token');
  const page = (header: string) =>
    webhookPager(readPassword, []).page({ url: url(), secret: { header, file } }, CALL);
  try {
    expect(await page('X-Token')).toBe(`its secret: ${file} cannot be read (ENOENT)`);
    await writeFile(file, 'Token first\n', { mode: 0o600 });
    expect(await page('X-Token')).toBeNull();
    await writeFile(file, 'Token second\n');
    expect(await page('Authorization')).toBeNull();
    await chmod(file, 0o644);
    expect(await page('X-Token')).toContain('can be read by everyone');
    await chmod(file, 0o600);
    await writeFile(file, 'naïve\u2026\n');
    expect(await page('X-Token')).toBe(`its secret: ${file} holds characters that no header can`);

    expect(got.map(({ headers }) => [headers['x-token'], headers.authorization])).toEqual([
      ['Token first', undefined],
      [undefined, 'Token second'],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
