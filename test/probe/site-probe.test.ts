import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createSiteProbe } from '../../src/probe/site-probe.ts';
import { site } from '../support/builders.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const HOME = '<html><head><link rel="stylesheet" href="/static/main.abc123.css"></head></html>';
const page =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  };
const json = (status: number, value: unknown) => page(status, 'application/json', JSON.stringify(value));

const GOOD: Readonly<Record<string, Answer>> = {
  '/health/': json(200, { status: 'ok', checks: { db: { status: 'ok' }, cache: { status: 'ok' } } }),
  '/': page(200, 'text/html; charset=utf-8', HOME),
  '/static/main.abc123.css': page(200, 'text/css', 'body{}'),
  '/admin/login/': page(200, 'text/html', '<form>'),
};

let server: Server | undefined;
const asked: string[] = [];

afterEach(async () => {
  server?.closeAllConnections();
  if (server) await new Promise((resolve) => server?.close(resolve));
  server = undefined;
  asked.length = 0;
});

/** A site that answers as a good one does, but for the paths that a test replaces. */
async function siteWith(answers: Readonly<Record<string, Answer>> = {}) {
  const all = { ...GOOD, ...answers };
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    (all[path] ?? page(404, 'text/plain', 'no such page'))(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return site({ url: `http://127.0.0.1:${address.port}` });
}

async function check(name: string, answers: Readonly<Record<string, Answer>>) {
  const checks = await createSiteProbe(300).smokeTests(await siteWith(answers));
  return checks.find((one) => one.name === name);
}

const never: Answer = () => undefined;

describe('the health of a site', () => {
  it.each<[string, Answer, unknown]>([
    ['ok', GOOD['/health/'] ?? never, { status: 200, word: 'ok', failing: [] }],
    [
      'degraded, with the names of what is not ok and nothing of their details',
      json(200, {
        status: 'degraded',
        checks: { db: { status: 'ok' }, celery: { status: 'fail', detail: 'redis://:secret@10.0.0.9' } },
      }),
      { status: 200, word: 'degraded', failing: ['celery'] },
    ],
    [
      'unhealthy',
      json(503, { status: 'unhealthy', checks: { db: { status: 'fail' }, cache: null } }),
      { status: 503, word: 'unhealthy', failing: ['db', 'cache'] },
    ],
    [
      'unknown when a page comes instead of a report',
      page(200, 'text/html', '<html>'),
      { status: 200, word: 'no health report', failing: [] },
    ],
    [
      'unknown when the report is of another shape',
      json(200, { status: ['ok'], checks: 'all fine' }),
      { status: 200, word: 'no health report', failing: [] },
    ],
    [
      'unknown when the report is a list',
      json(200, [1]),
      { status: 200, word: 'no health report', failing: [] },
    ],
    [
      'no longer than a word',
      json(200, { status: 'x'.repeat(10_000) }),
      { status: 200, word: 'x'.repeat(40), failing: [] },
    ],
    [
      'shown as a redirect that is not followed',
      page(301, 'text/html', '', { location: 'https://acme-kitchens.example/health/' }),
      { status: 301, word: 'redirects to https://acme-kitchens.example/health/', failing: [] },
    ],
    ['no answer when it hangs', never, { status: null, word: 'no answer within 0.2 s', failing: [] }],
    [
      'no answer when it hangs in the middle',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"status":');
      },
      { status: null, word: 'no answer within 0.2 s', failing: [] },
    ],
    [
      'no answer when the connection breaks',
      (request) => {
        request.socket.destroy();
      },
      { status: null, word: 'other side closed', failing: [] },
    ],
  ])('is %s', async (_, answer, reading) => {
    const where = await siteWith({ '/health/': answer });

    expect(await createSiteProbe(200).health(where)).toEqual(reading);
    expect(asked).toEqual(['/health/']);
  });

  it('is no answer when nothing listens', async () => {
    const where = await siteWith();
    await new Promise((resolve) => server?.close(resolve));

    const { status, word } = await createSiteProbe().health(where);

    expect(status).toBeNull();
    expect(word).toMatch(/^connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
  });
});

describe('the smoke tests', () => {
  it('have one line each for a site that works, and leave the form to a person', async () => {
    expect(await createSiteProbe().smokeTests(await siteWith())).toEqual([
      { name: 'health', result: 'passed', detail: '200 ok' },
      { name: 'homepage', result: 'passed', detail: '200 text/html; charset=utf-8' },
      { name: 'static files', result: 'passed', detail: '/static/main.abc123.css 200 text/css' },
      { name: 'admin page', result: 'passed', detail: '200' },
      { name: 'form', result: 'not-checked', detail: 'send one entry yourself' },
    ]);
  });

  it.each<[string, Answer, string, string]>([
    [
      'pass a degraded site',
      json(200, { status: 'degraded', checks: { celery: { status: 'fail' } } }),
      'passed',
      '200 degraded (not ok: celery)',
    ],
    [
      'fail an unhealthy one',
      json(503, { status: 'unhealthy', checks: { db: { status: 'fail' } } }),
      'failed',
      '503 unhealthy (not ok: db)',
    ],
    [
      'fail a page that is no health report, though it says 200',
      page(200, 'text/html', '<html>'),
      'failed',
      '200 no health report',
    ],
    ['fail one that hangs', never, 'failed', 'no answer within 0.3 s'],
  ])('of the health page %s', async (_, answer, result, detail) => {
    expect(await check('health', { '/health/': answer })).toEqual({ name: 'health', result, detail });
  });

  it.each<[string, Answer, string]>([
    ['does not render', page(500, 'text/html', 'oops'), '500 text/html'],
    ['is not a page', page(200, 'application/json', '{}'), '200 application/json'],
    [
      'leads somewhere else',
      page(302, 'text/html', '', { location: '/maintenance/' }),
      '302 redirects to /maintenance/',
    ],
    ['hangs', never, 'no answer within 0.3 s'],
  ])('fail when the homepage %s', async (_, answer, detail) => {
    expect(await check('homepage', { '/': answer })).toEqual({ name: 'homepage', result: 'failed', detail });
  });

  it.each<[string, Answer, string]>([
    ['is gone', page(404, 'text/html', ''), '/static/main.abc123.css 404 text/html'],
    ['is something else', page(200, 'text/html', ''), '/static/main.abc123.css 200 text/html'],
    ['hangs', never, 'no answer within 0.3 s'],
  ])('fail when the stylesheet that the homepage names %s', async (_, answer, detail) => {
    expect(await check('static files', { '/static/main.abc123.css': answer })).toEqual({
      name: 'static files',
      result: 'failed',
      detail,
    });
  });

  it.each([
    "<link href='/static/main.abc123.css'>",
    '<link href=/static/main.abc123.css rel=stylesheet>',
    '<link rel="stylesheet" href="//cdn.example/x.css"><link href="/static/main.abc123.css">',
  ])('find the stylesheet in %s', async (home) => {
    expect(await check('static files', { '/': page(200, 'text/html', home) })).toMatchObject({
      result: 'passed',
    });
  });

  it.each(['<html>', '<link rel="stylesheet" href="//cdn.example/x.css">'])(
    'do not guess a stylesheet, nor ask another host for one: %s',
    async (home) => {
      expect(await check('static files', { '/': page(200, 'text/html', home) })).toEqual({
        name: 'static files',
        result: 'not-checked',
        detail: 'the homepage names no stylesheet',
      });
    },
  );

  it.each<[number, string, string]>([
    [401, 'passed', '401, protected'],
    [403, 'passed', '403, protected'],
    [404, 'failed', '404'],
    [500, 'failed', '500'],
  ])('take %i of the admin page as %s', async (status, result, detail) => {
    expect(await check('admin page', { '/admin/login/': page(status, 'text/html', '') })).toEqual({
      name: 'admin page',
      result,
      detail,
    });
  });
});
