import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSiteProbe } from '../../src/probe/site-probe.ts';
import { site } from '../support/story/site.ts';

const ABOUT = { run: 'acme-kitchens-7', startedAt: '2026-03-01T02:20:00.500Z' };
/** One try; its deadline is for a site that hangs, and none does here. */
const PROBE = createSiteProbe({ deadlineMs: 60_000, patienceMs: 0 });
const PASSWORD = 'correct & horse';
const MARKER = '[acme-kitchens-7] Automatic check by rollback-bot after a rollback. Please ignore.';

/** A site with Django's rules: token in form and cookie, Referer of its own name, a session for who has the password. */
interface Behaviour {
  readonly loginStatus?: number;
  readonly loginForm?: string;
  readonly dashboardStatus?: number;
  readonly logoutStatus?: number;
  readonly formPage?: string;
  readonly answer?: (entry: URLSearchParams, response: ServerResponse) => void;
}

const TOKEN = '<input type="hidden" name="csrfmiddlewaretoken" value="t&amp;oken">';
const LOGIN_FORM = `<form action="/admin/login/?next=/admin/" method="post">${TOKEN}
  <input type="text" name="username" autofocus required><input type="password" name="password" required>
  <input type="hidden" name="next" value="/admin/"><input type="submit" value="Log in"></form>`;
const CONTACT_FORM = `<form method="get" action="/search/"><input name="q"></form>
<form method="post" action="/forms/submit/">${TOKEN}<input type="hidden" name="company" value="">
  <input name="website" class="unseen"><input name="name" maxlength="120"><input type='email' name='email'>
  <select name="topic"><option value="a">A<option value="b" selected>B</select>
  <input type="checkbox" name="news" value="1"><input type="checkbox" name="terms" value="1" checked>
  <textarea name="message" required>
</textarea><button type="submit" name="send">Send</button></form>`;

let server: Server | undefined;
let folder: string;
const entries: URLSearchParams[] = [];
const seen: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollback-probe-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  server?.closeAllConnections();
  if (server) await new Promise((resolve) => server?.close(resolve));
  server = undefined;
  entries.length = 0;
  seen.length = 0;
});

async function siteThat(behaves: Behaviour): Promise<string> {
  const sessions = new Set<string>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const cookies = request.headers.cookie ?? '';
    if (request.method === 'POST') {
      const sent = new URLSearchParams(await bodyOf(request));
      entries.push(sent);
      const mine = request.headers.referer?.startsWith('https://acme-kitchens.example/') ?? false;
      if (!mine || sent.get('csrfmiddlewaretoken') !== 't&oken' || !cookies.includes('csrftoken=abc'))
        return html(response, 403, 'CSRF verification failed');
      if (pathname === '/admin/login/') {
        if (sent.get('username') !== 'check' || sent.get('password') !== PASSWORD)
          return html(response, 200, LOGIN_FORM);
        sessions.add('s1');
        response.writeHead(302, { location: '/admin/', 'set-cookie': ['sessionid=s1; HttpOnly; Path=/'] });
        response.end();
        return;
      }
      if (pathname === '/admin/logout/') {
        sessions.clear();
        return html(response, behaves.logoutStatus ?? 200, 'Bye');
      }
      return (behaves.answer ?? taken)(sent, response);
    }
    response.setHeader('set-cookie', 'csrftoken=abc; Path=/; Secure; SameSite=Lax');
    if (pathname === '/admin/login/')
      return html(response, behaves.loginStatus ?? 200, behaves.loginForm ?? LOGIN_FORM);
    if (pathname === '/admin/')
      return sessions.has('s1') && cookies.includes('sessionid=s1')
        ? html(
            response,
            behaves.dashboardStatus ?? 200,
            `<form method="post" action="/admin/logout/">${TOKEN}</form>`,
          )
        : html(response, 302, '');
    return html(response, 200, behaves.formPage ?? CONTACT_FORM);
  };
  server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function html(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end(body);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function taken(_: URLSearchParams, response: ServerResponse): void {
  json(response, 200, { success: true, message: 'Thank you', lead_id: 42 });
}

function passwordFile(text: string, mode = 0o600): string {
  const path = join(folder, 'password');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

async function login(behaves: Behaviour = {}, file = passwordFile(`${PASSWORD}\n`), user = 'check') {
  const where = site({ url: await siteThat(behaves), smoke: { login: { user, passwordFile: file } } });
  const { checks } = await PROBE.smokeTests(where, ABOUT);
  return checks.find((one) => one.name === 'admin login');
}

async function form(behaves: Behaviour = {}, fields: Readonly<Record<string, string>> = {}) {
  const where = site({ url: await siteThat(behaves), smoke: { form: { path: '/contact/', fields } } });
  const { checks } = await PROBE.smokeTests(where, ABOUT);
  return checks.find((one) => one.name === 'form');
}

describe('the login to the admin', () => {
  it('goes through the form to the dashboard, and out again', async () => {
    expect(await login()).toEqual({
      name: 'admin login',
      result: 'passed',
      detail: 'logged in, the dashboard answers 200, logged out',
    });
    expect(seen.filter((one) => one.includes('/admin/'))).toEqual(
      expect.arrayContaining(['POST /admin/login/?next=/admin/', 'GET /admin/', 'POST /admin/logout/']),
    );
  });

  it('is tried once when the password is wrong, and says nothing of it', async () => {
    const check = await login({}, passwordFile('wrong horse'));

    expect(check).toEqual({
      name: 'admin login',
      result: 'failed',
      detail: "the site doesn't let check in with the password in smoke.login.passwordFile",
    });
    expect(entries).toHaveLength(1);
  });

  it.each<[string, Behaviour, string, string]>([
    [
      'is left to a person where the admin is protected',
      { loginStatus: 401 },
      'not-checked',
      '401: the admin is protected, so nobody can log in from here',
    ],
    [
      'fails without a form',
      { loginForm: '<html>' },
      'failed',
      '/admin/login/ answers 200, and has no login form',
    ],
    [
      'fails when the page is broken',
      { loginStatus: 500 },
      'failed',
      '/admin/login/ answers 500, and has no login form',
    ],
    [
      'fails when the dashboard is broken',
      { dashboardStatus: 500 },
      'failed',
      'logged in, but the dashboard answers 500',
    ],
    [
      'says that it could not log out',
      { logoutStatus: 405 },
      'passed',
      'logged in, the dashboard answers 200, logging out answers 405',
    ],
    [
      'sends no password to another site',
      { loginForm: LOGIN_FORM.replace('/admin/login/', 'https://elsewhere.example/') },
      'failed',
      'the login form leads to another site; nothing was sent',
    ],
  ])('%s', async (_, behaves, result, detail) => {
    expect(await login(behaves)).toEqual({ name: 'admin login', result, detail });
  });

  it('stays on the site where the form names a path that looks like another host', async () => {
    const action = 'https://acme-kitchens.example//elsewhere.example/x';
    await login({ loginForm: LOGIN_FORM.replace('/admin/login/?next=/admin/', action) });

    expect(seen).toContain('POST //elsewhere.example/x');
  });

  it.each<[string, () => string, RegExp]>([
    [
      'everybody can read',
      () => passwordFile(PASSWORD, 0o644),
      /can be read by everyone on the bot's machine: run chmod o-r on it$/,
    ],
    ['is empty', () => passwordFile('\nsecond line'), /is empty$/],
    ['is not there', () => join(folder, 'none'), /cannot be read \(ENOENT\)$/],
    [
      'is a folder',
      () => {
        chmodSync(folder, 0o700);
        return folder;
      },
      /cannot be read \(EISDIR\)$/,
    ],
  ])('fails with a password file that %s', async (_, file, detail) => {
    const check = await login({}, file());

    expect(check?.result).toBe('failed');
    expect(check?.detail).toMatch(detail);
    expect(entries).toEqual([]);
  });
});

describe('the entry through the form', () => {
  it('is marked with the run, fills in what people see, and leaves traps for machines alone', async () => {
    expect(await form()).toEqual({
      name: 'form',
      result: 'passed',
      detail: '200, the site accepted the entry, lead 42',
    });
    expect(entries.map((entry) => Object.fromEntries(entry))).toEqual([
      {
        csrfmiddlewaretoken: 't&oken',
        company: '',
        website: '',
        name: 'rollback-bot',
        email: 'rollback-bot@example.com',
        topic: 'b',
        terms: '1',
        message: MARKER,
      },
    ]);
    expect(seen).toContain('POST /forms/submit/');
  });

  it('has what is configured, with the marker after it', async () => {
    await form({}, { email: 'check@acme-kitchens.example', message: 'Hello', phone: '1' });

    expect(Object.fromEntries(entries[0] ?? [])).toMatchObject({
      email: 'check@acme-kitchens.example',
      message: `Hello ${MARKER}`,
      phone: '1',
    });
  });

  it.each<[string, Behaviour['answer'], string, string]>([
    [
      'leads on',
      (_, response) => response.writeHead(302, { location: '/contact/thanks/' }).end(),
      'passed',
      '302 to /contact/thanks/, the site accepted the entry',
    ],
    [
      'is a page of thanks',
      (_, response) => html(response, 200, 'Thanks'),
      'passed',
      '200, the site accepted the entry',
    ],
    [
      'is the form again',
      (_, response) => html(response, 200, CONTACT_FORM),
      'failed',
      "200, but the form came back: the site didn't accept the entry",
    ],
    ['is an error', (_, response) => html(response, 500, 'Oops'), 'failed', '500'],
    [
      'leads elsewhere',
      (_, response) => response.writeHead(302, { location: 'https://elsewhere.example/' }).end(),
      'failed',
      '302, which leads to https://elsewhere.example/',
    ],
    [
      'names fields',
      (_, response) => json(response, 400, { success: false, errors: { phone: ['0123 is none'] } }),
      'failed',
      '400 (not accepted: phone)',
    ],
    [
      'is no success',
      (_, response) => json(response, 200, { success: false }),
      'failed',
      '200, but no success',
    ],
    [
      'is lost',
      (_, response) => response.destroy(),
      'failed',
      'sent, but the connection was closed without an answer; check whether it arrived',
    ],
  ])('is judged when the answer %s, and never sent twice', async (_, answer, result, detail) => {
    expect(await form(answer ? { answer } : {})).toEqual({ name: 'form', result, detail });
    expect(entries).toHaveLength(1);
  });

  it('fails where there is no form, and says which configured field a form does not have', async () => {
    expect((await form({ formPage: '<html>' }))?.detail).toBe(
      '/contact/ answers 200, and has no form to send',
    );
    expect(
      (await form({ answer: (_, response) => html(response, 400, '') }, { telephone: '1' }))?.detail,
    ).toBe('400; the form has no field telephone');
  });
});
