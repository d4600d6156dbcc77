import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createSiteProbe } from '../../src/probe/site-probe.ts';
import { site } from '../support/story/site.ts';
import { type Answer, GOOD, json, page } from './answers.ts';

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
  const probe = createSiteProbe(oneTry(Object.values(answers)));
  const { checks } = await probe.smokeTests(await siteWith(answers), ABOUT);
  return checks.find((one) => one.name === name);
}

/** How long an answer may take that comes. On a busy machine the shortest one is late. */
const COMES_MS = 60_000;
const ABOUT = { run: 'acme-kitchens-7', startedAt: '2026-03-01T02:20:00.500Z' };
const never: Answer = () => undefined;
const half: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"status":');
};

/** One try, and a short one only for an answer that does not come. */
function oneTry(answers: readonly Answer[]) {
  const hangs = answers.includes(never) || answers.includes(half);
  return { deadlineMs: hangs ? 200 : COMES_MS, patienceMs: 0 };
}

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
      { status: 200, word: `${'x'.repeat(39)}…`, failing: [] },
    ],
    [
      'one line, whatever the site calls its checks',
      json(503, {
        status: 'un\nhealthy\u200b',
        checks: { 'db)\n*Then*  v0.6.0, ran here until yesterday.\n*What will be lost*  nothing': {} },
      }),
      {
        status: 503,
        word: 'un healthy‹U+200B›',
        failing: ['db) *Then* v0.6.0, ran here until yeste…'],
      },
    ],
    [
      'no more than twenty checks',
      json(503, {
        status: 'unhealthy',
        checks: Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`c${at}`, {}])),
      }),
      { status: 503, word: 'unhealthy', failing: Array.from({ length: 20 }, (_, at) => `c${at}`) },
    ],
    [
      'a redirect to HTTPS, with what to do about it',
      page(301, 'text/html', '', { location: 'https://acme-kitchens.example/health/' }),
      {
        status: 301,
        word: 'asks for HTTPS: set url to https://acme-kitchens.example in the configuration',
        failing: [],
      },
    ],
    [
      'shown as a redirect that is not followed',
      page(302, 'text/html', '', { location: 'https://other.example/' }),
      { status: 302, word: 'redirects to https://other.example/', failing: [] },
    ],
    ['no answer when it hangs', never, { status: null, word: 'no answer within 0.2 s', failing: [] }],
    [
      'no answer when it hangs in the middle',
      half,
      { status: null, word: 'no answer within 0.2 s', failing: [] },
    ],
    [
      'no answer when the connection breaks',
      (request) => {
        request.socket.destroy();
      },
      { status: null, word: 'the connection was closed without an answer', failing: [] },
    ],
  ])('is %s', async (_, answer, reading) => {
    const where = await siteWith({ '/health/': answer });

    expect(await createSiteProbe(oneTry([answer])).health(where)).toEqual(reading);
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
  it('have one line each for a site that works, and leave login and form to a person', async () => {
    const { checks, health } = await createSiteProbe().smokeTests(await siteWith(), ABOUT);

    expect(health).toEqual({ status: 200, word: 'ok', failing: [] });
    expect(checks).toEqual([
      { name: 'health', result: 'passed', detail: '200 ok' },
      { name: 'homepage', result: 'passed', detail: '200 text/html; charset=utf-8' },
      { name: 'static files', result: 'passed', detail: '/static/main.abc123.css 200 text/css' },
      { name: 'admin page', result: 'passed', detail: '200' },
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
    ['fail one that hangs', never, 'failed', 'no answer within 0.2 s'],
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
    ['hangs', never, 'no answer within 0.2 s'],
  ])('fail when the homepage %s', async (_, answer, detail) => {
    expect(await check('homepage', { '/': answer })).toEqual({ name: 'homepage', result: 'failed', detail });
  });

  it.each<[string, Answer, string]>([
    ['is gone', page(404, 'text/html', ''), '/static/main.abc123.css 404 text/html'],
    ['is something else', page(200, 'text/html', ''), '/static/main.abc123.css 200 text/html'],
    ['hangs', never, 'no answer within 0.2 s'],
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

  it.each([
    '<html>',
    '<link rel="stylesheet" href="//cdn.example/x.css">',
    '<link rel="stylesheet" href="/\\[.css">',
    '<link '.repeat(50_000),
  ])('do not guess a stylesheet, nor ask another host for one: %.80s', async (home) => {
    expect(await check('static files', { '/': page(200, 'text/html', home) })).toEqual({
      name: 'static files',
      result: 'not-checked',
      detail: 'the homepage names no stylesheet',
    });
  });

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

  it.each([
    ['2026-03-01T02:20:00Z', 'passed', '200 ok'],
    [
      '2026-03-01T02:14:00Z',
      'failed',
      '200 ok, but the report is from 2026-03-01T02:14:00Z, before the site was started: something caches it',
    ],
    ['yesterday', 'passed', '200 ok'],
  ])('of a health report from %s: %s', async (timestamp, result, detail) => {
    expect(await check('health', { '/health/': json(200, { status: 'ok', timestamp }) })).toEqual({
      name: 'health',
      result,
      detail,
    });
  });

  it('are asked again for a while, and say so', async () => {
    let times = 0;
    const slow: Answer = (request, response) => {
      times += 1;
      (times < 3 ? page(502, 'text/html', '') : (GOOD['/admin/login/'] ?? never))(request, response);
    };
    const probe = createSiteProbe({ deadlineMs: COMES_MS, patienceMs: COMES_MS, pauseMs: 20 });

    const { checks } = await probe.smokeTests(await siteWith({ '/admin/login/': slow }), ABOUT);

    expect(checks.find((one) => one.name === 'admin page')).toEqual({
      name: 'admin page',
      result: 'passed',
      detail: expect.stringMatching(/^200 \(asked 3 times in \d+ s\)$/),
    });
    expect(asked.filter((path) => path === '/')).toHaveLength(2);
  });

  it('fail with the last answer when the time is over', async () => {
    const probe = createSiteProbe({ deadlineMs: COMES_MS, patienceMs: 200, pauseMs: 50 });

    const { checks, health } = await probe.smokeTests(
      await siteWith({ '/health/': json(503, { status: 'unhealthy' }) }),
      ABOUT,
    );

    expect(checks[0]?.result).toBe('failed');
    // As often as there was time for.
    const times = asked.filter((path) => path === '/health/').length;
    const said = times === 1 ? '' : ` \\(asked ${times} times in \\d+ s\\)`;
    expect(checks[0]?.detail).toMatch(new RegExp(`^503 unhealthy${said}$`));
    expect(health.status).toBe(503);
  });

  it('go to smoke.connect, and say the name of the url there', async () => {
    const names = new Set<string | undefined>();
    const where = await siteWith({
      '/': (request, response) => {
        names.add(request.headers.host);
        GOOD['/']?.(request, response);
      },
    });
    const { port } = new URL(where.url);

    const { checks } = await createSiteProbe(oneTry([])).smokeTests(
      { ...where, url: `http://nowhere.invalid:${port}`, smoke: { connect: '127.0.0.1' } },
      ABOUT,
    );

    expect(checks.map((one) => one.result)).toEqual(['passed', 'passed', 'passed', 'passed']);
    expect([...names]).toEqual([`nowhere.invalid:${port}`]);
  });

  it('say what to do where DNS does not know the name', async () => {
    const where = site({ url: 'http://nowhere.invalid' });

    const { word } = await createSiteProbe().health(where);

    expect(word).toMatch(/^DNS doesn't .* nowhere\.invalid; smoke\.connect can ask the host without DNS$/);
  });
});
