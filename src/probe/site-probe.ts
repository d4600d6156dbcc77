import type { SiteProbe } from '../app/ports.ts';
import type { Check } from '../domain/event.ts';
import type { HealthReading } from '../domain/evidence.ts';
import type { Site } from '../domain/site.ts';

const DEADLINE_MS = 10_000;
const LARGEST_PAGE = 512 * 1024;
const LONGEST_WORD = 40;
const LONGEST_LOCATION = 200;
/** The two words with which the platform's smoke tests let a site pass; both come with 200. */
const GOOD_WORDS = ['ok', 'degraded'];

/** A real entry would be stored and mailed: only a person may do that. */
const FORM: Check = { name: 'form', result: 'not-checked', detail: 'send one entry yourself' };

interface Page {
  readonly status: number;
  readonly type: string;
  readonly location: string | null;
  readonly body: string;
}

/** Looks at a site over HTTP, one request each, with a deadline, and follows no redirect. */
export function createSiteProbe(deadlineMs = DEADLINE_MS): SiteProbe {
  return {
    health: async (site) => readHealth(await get(site, '/health/', deadlineMs)),
    smokeTests: async (site) => {
      const ask: Ask = (path) => get(site, path, deadlineMs);
      const home = await ask('/');
      const [healthy, styled, managed] = await Promise.all([health(ask), stylesheet(ask, home), admin(ask)]);
      return [healthy, homepage(home), styled, managed, FORM];
    },
  };
}

type Ask = (path: string) => Promise<Answer>;
type Answer = Page | { readonly error: string };

async function get(site: Site, path: string, deadlineMs: number): Promise<Answer> {
  const url = new URL(path, `${site.url}/`);
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(deadlineMs) });
    const body = (await response.text()).slice(0, LARGEST_PAGE);
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, location: response.headers.get('location'), body };
  } catch (error) {
    return { error: reason(error, deadlineMs) };
  }
}

function reason(error: unknown, deadlineMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${deadlineMs / 1000} s`;
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

function readHealth(page: Answer): HealthReading {
  if ('error' in page) return { status: null, word: page.error, failing: [] };
  const report = parseReport(page.body);
  const said = typeof report?.status === 'string' ? report.status.slice(0, LONGEST_WORD) : null;
  const word = said ?? (page.location === null ? 'no health report' : whereTo(page.location));
  return { status: page.status, word, failing: failingChecks(report) };
}

/** The usual reason: HTTP is asked where only HTTPS answers. */
function whereTo(location: string): string {
  return `redirects to ${location.slice(0, LONGEST_LOCATION)}`;
}

interface Report {
  readonly status?: unknown;
  readonly checks?: Readonly<Record<string, { readonly status?: unknown } | null>> | null;
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

/** 200 alone is not enough: whatever stands in front of the site may answer with a page of its own. */
async function health(ask: Ask): Promise<Check> {
  const { status, word, failing } = readHealth(await ask('/health/'));
  const good = status === 200 && GOOD_WORDS.includes(word);
  const said = status === null ? word : `${status} ${word}`;
  const why = failing.length > 0 ? ` (not ok: ${failing.join(', ')})` : '';
  return { name: 'health', result: good ? 'passed' : 'failed', detail: said + why };
}

function homepage(page: Answer): Check {
  if ('error' in page) return { name: 'homepage', result: 'failed', detail: page.error };
  const good = page.status === 200 && page.type.startsWith('text/html');
  const said = page.location === null ? page.type : whereTo(page.location);
  return { name: 'homepage', result: good ? 'passed' : 'failed', detail: `${page.status} ${said}`.trim() };
}

/** The first stylesheet that the homepage itself names: the name carries a hash, so a guessed one proves nothing. */
async function stylesheet(ask: Ask, home: Answer): Promise<Check> {
  const name = 'static files';
  const path =
    'error' in home
      ? undefined
      : /<link[^>]+href=["']?(\/(?!\/)[^"'\s>]+\.css[^"'\s>]*)/.exec(home.body)?.[1];
  if (path === undefined) return { name, result: 'not-checked', detail: 'the homepage names no stylesheet' };
  const page = await ask(path);
  if ('error' in page) return { name, result: 'failed', detail: page.error };
  const good = page.status === 200 && page.type.startsWith('text/css');
  return { name, result: good ? 'passed' : 'failed', detail: `${path} ${page.status} ${page.type}` };
}

async function admin(ask: Ask): Promise<Check> {
  const name = 'admin page';
  const page = await ask('/admin/login/');
  if ('error' in page) return { name, result: 'failed', detail: page.error };
  if (page.status === 401 || page.status === 403)
    return { name, result: 'passed', detail: `${page.status}, protected` };
  const said = page.location === null ? '' : ` ${whereTo(page.location)}`;
  return { name, result: page.status === 200 ? 'passed' : 'failed', detail: `${page.status}${said}` };
}
