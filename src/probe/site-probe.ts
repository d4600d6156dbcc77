import type { SiteProbe } from '../app/ports.ts';
import type { Check } from '../domain/event.ts';
import type { HealthReading } from '../domain/evidence.ts';
import type { Site } from '../domain/site.ts';

const DEADLINE_MS = 10_000;
const LARGEST_PAGE = 512 * 1024;

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Looks at a site over HTTP, one request each, with a deadline, and follows no redirect. */
export function createSiteProbe(): SiteProbe {
  return {
    health: async (site) => readHealth(await get(site, '/health/')),
    smokeTests: async (site) => {
      const home = await get(site, '/');
      return Promise.all([health(site), homepage(home), stylesheet(site, home), admin(site), form()]);
    },
  };
}

async function get(site: Site, path: string): Promise<Page | { readonly error: string }> {
  const url = new URL(path, `${site.url}/`);
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS) });
    const body = (await response.text()).slice(0, LARGEST_PAGE);
    return { status: response.status, type: response.headers.get('content-type') ?? '', body };
  } catch (error) {
    return { error: reason(error) };
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${DEADLINE_MS / 1000} s`;
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

function readHealth(page: Page | { readonly error: string }): HealthReading {
  if ('error' in page) return { status: null, word: page.error, failing: [] };
  const report = parseReport(page.body);
  return { status: page.status, word: report?.status ?? 'no health report', failing: failingChecks(report) };
}

interface Report {
  readonly status?: string;
  readonly checks?: Readonly<Record<string, { readonly status?: string }>>;
}

function parseReport(body: string): Report | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** Names only: the details of a health report can hold connection strings. */
function failingChecks(report: Report | null): readonly string[] {
  const checks = report?.checks;
  if (typeof checks !== 'object' || checks === null) return [];
  return Object.entries(checks)
    .filter(([, check]) => check?.status !== 'ok')
    .map(([name]) => name);
}

async function health(site: Site): Promise<Check> {
  const reading = readHealth(await get(site, '/health/'));
  const said = `${reading.status ?? 'no answer'} ${reading.word}`;
  const failing = reading.failing.length > 0 ? ` (${reading.failing.join(', ')})` : '';
  return { name: 'health', result: reading.status === 200 ? 'passed' : 'failed', detail: said + failing };
}

function homepage(page: Page | { readonly error: string }): Check {
  if ('error' in page) return { name: 'homepage', result: 'failed', detail: page.error };
  const good = page.status === 200 && page.type.startsWith('text/html');
  return { name: 'homepage', result: good ? 'passed' : 'failed', detail: `${page.status} ${page.type}` };
}

/** The first stylesheet that the homepage itself names: the name carries a hash, so a guessed one proves nothing. */
async function stylesheet(site: Site, home: Page | { readonly error: string }): Promise<Check> {
  const name = 'static files';
  const path = 'error' in home ? undefined : /<link[^>]+href="(\/[^"]+\.css[^"]*)"/.exec(home.body)?.[1];
  if (path === undefined) return { name, result: 'not-checked', detail: 'the homepage names no stylesheet' };
  const page = await get(site, path);
  if ('error' in page) return { name, result: 'failed', detail: page.error };
  const good = page.status === 200 && page.type.startsWith('text/css');
  return { name, result: good ? 'passed' : 'failed', detail: `${path} ${page.status} ${page.type}` };
}

async function admin(site: Site): Promise<Check> {
  const name = 'admin page';
  const page = await get(site, '/admin/login/');
  if ('error' in page) return { name, result: 'failed', detail: page.error };
  if (page.status === 401 || page.status === 403)
    return { name, result: 'passed', detail: `${page.status}, protected` };
  return { name, result: page.status === 200 ? 'passed' : 'failed', detail: String(page.status) };
}

/** A real entry would be stored and mailed: only a person may do that. */
async function form(): Promise<Check> {
  return { name: 'form', result: 'not-checked', detail: 'send one entry yourself' };
}
