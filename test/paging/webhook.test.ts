import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PageCall } from '../../src/app/ports/notify.ts';
import { webhookPager } from '../../src/paging/webhook.ts';

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
  expect(await webhookPager([]).page(url(), CALL)).toBeNull();

  expect(got).toHaveLength(1);
  expect(got[0]).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'acme-kitchens-7-stop-1-call-2' },
  });
  expect(JSON.parse(got[0]?.body ?? '')).toEqual(CALL);
});

it('tries again where the call was not taken, with the same key', async () => {
  answers = [500, 503];

  expect(await webhookPager([1, 1]).page(url(), CALL)).toBeNull();

  expect(new Set(got.map(({ headers }) => headers['idempotency-key']))).toHaveLength(1);
  expect(got).toHaveLength(3);
});

it('says why nobody was called', async () => {
  answers = [500, 500];
  expect(await webhookPager([1]).page(url(), CALL)).toBe('it answered 500');

  answers = [302];
  expect(await webhookPager([]).page(url(), CALL)).toBe('it answered 302');

  const nobody = createServer().listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address() as AddressInfo;
  nobody.close();
  await once(nobody, 'close');
  expect(await webhookPager([]).page(`http://127.0.0.1:${port}/`, CALL)).toContain('ECONNREFUSED');
});
