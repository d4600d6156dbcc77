import { existsSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import { queryRows } from '../database/client.ts';
import { loadProject, type Project, readManifest } from './django.ts';
import { healthReport } from './health.ts';
import { type Interpreter, PythonError } from './interpreter.ts';
import { importSite, type SiteCode } from './site-code.ts';
import { type Context, readTemplate, render } from './templates.ts';

/** Reads the code once, at the start. Only the next process sees what is checked out later. */
interface Site {
  readonly project: Project;
  readonly code: SiteCode;
  readonly templates: Readonly<Record<'home' | 'contact' | 'thanks' | 'login', string>>;
}

interface Page {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
  readonly location?: string;
}

const HTML = 'text/html; charset=utf-8';
/** gunicorn ends with this code if it cannot load its application. */
const WORKER_FAILED_TO_BOOT = 3;

/** `gunicorn --bind unix:… module.wsgi:application`: a real HTTP service over a unix socket. */
export function runGunicorn(interpreter: Interpreter, argv: readonly string[]): void {
  const { values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      bind: { type: 'string', short: 'b' },
      workers: { type: 'string', short: 'w' },
      'access-logfile': { type: 'string' },
      'error-logfile': { type: 'string' },
      'capture-output': { type: 'boolean' },
      'check-config': { type: 'boolean' },
    },
  });
  if (values['check-config'] !== true) log('INFO', 'Starting gunicorn 23.0.0');
  const site = boot(interpreter);
  if (values['check-config'] === true) return;
  const socket = (values.bind ?? '').replace(/^unix:/, '');
  if (existsSync(socket)) rmSync(socket);
  const server = createServer((request, response) => {
    void serve(site, request)
      .catch(failure)
      .then((page) => send(page, request, response));
  });
  server.listen(socket, () => log('INFO', `Listening at: unix:${socket} (${process.pid})`));
  process.once('SIGTERM', () => {
    log('INFO', 'Handling signal: term');
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

function boot(interpreter: Interpreter): Site {
  try {
    const project = loadProject(interpreter, process.env);
    const folder = `${project.directory}/website/templates`;
    const template = (name: string) => readTemplate(folder, `website/${name}.html`);
    return {
      project,
      code: importSite(interpreter, project),
      templates: {
        home: template('home'),
        contact: template('contact'),
        thanks: template('thanks'),
        login: template('login'),
      },
    };
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    log('ERROR', 'Exception in worker process');
    process.stderr.write(error.traceback());
    process.exit(WORKER_FAILED_TO_BOOT);
  }
}

async function serve(site: Site, request: IncomingMessage): Promise<Page> {
  const { pathname } = new URL(request.url ?? '/', 'http://site');
  switch (pathname) {
    case '/health/': {
      const report = await healthReport(site.project, site.code);
      const status = report.status === 'unhealthy' ? 503 : 200;
      return { status, type: 'application/json', body: JSON.stringify(report) };
    }
    case '/':
      return page(site, 'home', {
        menu: (await queryRows(site.project.login, site.code.menu)).map(([name, price]) => ({
          name: String(name),
          price: String(price),
        })),
      });
    case '/contact/':
      if (request.method !== 'POST') return page(site, 'contact');
      await storeLead(site, new URLSearchParams(await bodyOf(request)));
      return { status: 302, body: '', location: '/contact/thanks/' };
    case '/contact/thanks/':
      return page(site, 'thanks');
    case '/admin/login/':
      return page(site, 'login');
    default:
      return { status: 404, type: HTML, body: '<h1>Not Found</h1>' };
  }
}

function page(
  { project, templates }: Site,
  name: keyof Site['templates'],
  lists: Context['lists'] = {},
): Page {
  const values = { title: project.title, version: project.version };
  return {
    status: 200,
    type: HTML,
    body: render(templates[name], { values, lists, manifest: readManifest(project) }),
  };
}

async function storeLead({ project, code }: Site, form: URLSearchParams): Promise<void> {
  const [first = '', ...rest] = (form.get('name') ?? '').trim().split(' ');
  const fields: Readonly<Record<string, string>> = {
    ...Object.fromEntries(form),
    first_name: first,
    last_name: rest.join(' '),
  };
  const { sql, fields: names } = code.newLead;
  await queryRows(
    project.login,
    sql,
    names.map((name) => fields[name] ?? ''),
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function failure(error: unknown): Page {
  log('ERROR', 'Internal Server Error');
  process.stderr.write(
    error instanceof PythonError
      ? error.traceback()
      : `${error instanceof Error ? error.message : String(error)}\n`,
  );
  return { status: 500, type: HTML, body: '<h1>Server Error (500)</h1>' };
}

function send(
  { status, type, body, location }: Page,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.writeHead(status, {
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(location === undefined ? {} : { location }),
  });
  response.end(request.method === 'HEAD' ? '' : body);
  const agent = request.headers['user-agent'] ?? '-';
  const line = `${request.method} ${request.url} HTTP/1.1`;
  process.stdout.write(`127.0.0.1 - - [${stamp()}] "${line}" ${status} ${body.length} "-" "${agent}"\n`);
}

function log(level: string, text: string): void {
  process.stderr.write(`[${stamp()}] [${process.pid}] [${level}] ${text}\n`);
}

function stamp(): string {
  return new Date().toISOString().slice(0, 19).replace('T', ' ');
}
