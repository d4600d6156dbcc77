import type { SiteProbe, Smoke, SmokeRun } from '../app/ports/site.ts';
import type { HealthReading } from '../domain/host/health.ts';
import type { Check } from '../domain/run/event.ts';
import type { Site } from '../domain/site/site.ts';
import { hostText } from '../domain/text/host-text.ts';
import { oneLine } from '../domain/text/printable.ts';
import { ask, type HttpAnswer, whereTo } from './ask.ts';
import { formCheck } from './form.ts';
import { stylesheetIn } from './html.ts';
import { loginCheck } from './login.ts';
import { PROBE_PATIENCE, type ProbePatience, patiently, type TimedTry } from './patience.ts';
import { Visit } from './visit.ts';

const LONGEST_WORD = 40;
const LONGEST_REASON = 300;
const LONGEST_DETAIL = 1000;
const MOST_CHECKS = 20;

/** The two words that the platform's smoke tests accept; both come with 200. */
const GOOD_WORDS = ['ok', 'degraded'];

type AskPage = (path: string) => Promise<HttpAnswer>;

/** Asks a site over HTTP as its visitors do, each request with a deadline. Follows no redirect. */
export function createSiteProbe(patience: Partial<ProbePatience> = {}): SiteProbe {
  const limits = { ...PROBE_PATIENCE, ...patience };
  return {
    health: async (site) => readHealth(site, await ask(site, { path: '/health/' }, limits.deadlineMs)),
    smokeTests: (site, about) => smokeTests(site, about, limits),
  };
}

async function smokeTests(site: Site, about: SmokeRun, limits: ProbePatience): Promise<Smoke> {
  const get: AskPage = (path) => ask(site, { path }, limits.deadlineMs);
  const visit = () => new Visit(site, limits.deadlineMs);
  const { login, form } = site.smoke ?? {};
  let health: HealthReading = { status: null, word: 'was not asked', failing: [] };
  const checks = await Promise.all([
    patiently(limits, async () => {
      const answer = await get('/health/');
      health = readHealth(site, answer);
      return healthCheck(health, answer, about.startedAt);
    }),
    patiently(limits, async () => homepage(site, await get('/'))),
    patiently(limits, () => stylesheet(site, get)),
    patiently(limits, async () => admin(site, await get('/admin/login/'))),
    ...(login ? [patiently(limits, () => loginCheck(visit(), login))] : []),
    ...(form ? [patiently(limits, () => formCheck(visit(), form, about.run))] : []),
  ]);
  // What a page says about itself, such as its paths and types, is the site's text and not ours.
  return {
    checks: checks.map((check) => ({ ...check, detail: oneLine(hostText(check.detail), LONGEST_DETAIL) })),
    health,
  };
}

function readHealth(site: Site, page: HttpAnswer): HealthReading {
  if ('error' in page) return { status: null, word: inShort(page.error), failing: [] };
  const report = parseReport(page.body);
  const said = typeof report?.status === 'string' ? oneLine(hostText(report.status), LONGEST_WORD) : null;
  const word = said ?? (page.location === null ? 'no health report' : whereTo(site, page.location));
  return { status: page.status, word: inShort(word), failing: failingChecks(report) };
}

/** What went wrong, or where the page leads, is longer than a state. */
function inShort(text: string): string {
  return oneLine(hostText(text), LONGEST_REASON);
}

interface Report {
  readonly status?: unknown;
  readonly timestamp?: unknown;
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
    .slice(0, MOST_CHECKS)
    .map(([name]) => oneLine(hostText(name), LONGEST_WORD));
}

/**
 * 200 alone is not enough: whatever stands in front of the site may answer with its own page, or with a cached report. The
 * report's time and `startedAt` come from the same clock, the host's.
 */
function healthCheck(reading: HealthReading, page: HttpAnswer, startedAt: string): TimedTry {
  const { status, word, failing } = reading;
  const why = failing.length > 0 ? ` (not ok: ${failing.join(', ')})` : '';
  const said = `${status === null ? '' : `${status} `}${word}${why}`;
  if (status !== 200 || !GOOD_WORDS.includes(word)) return failed('health', said);
  const written = 'error' in page ? undefined : parseReport(page.body)?.timestamp;
  const at = typeof written === 'string' ? written.slice(0, LONGEST_WORD) : '';
  const time = Date.parse(at);
  // The report's time has whole seconds only.
  if (time + 1000 <= Date.parse(startedAt))
    return failed(
      'health',
      `${said}, but the report is from ${at}, before the site was started: something caches it`,
    );
  return passed('health', said);
}

function homepage(site: Site, page: HttpAnswer): TimedTry {
  if ('error' in page) return failed('homepage', page.error);
  const said = page.location === null ? page.type : whereTo(site, page.location);
  const good = page.status === 200 && page.type.startsWith('text/html');
  return {
    check: { name: 'homepage', result: good ? 'passed' : 'failed', detail: `${page.status} ${said}`.trim() },
  };
}

/** The first stylesheet that the homepage names. Its name carries a hash, so a guessed name would say nothing. */
async function stylesheet(site: Site, get: AskPage): Promise<TimedTry> {
  const name = 'static files';
  const home = await get('/');
  const path = 'error' in home ? undefined : stylesheetIn(home.body);
  if (path === undefined) {
    const check: Check = { name, result: 'not-checked', detail: 'the homepage names no stylesheet' };
    return { check, again: 'error' in home || home.status !== 200 };
  }
  const page = await get(path);
  if ('error' in page) return failed(name, page.error);
  const good = page.status === 200 && page.type.startsWith('text/css');
  const said = page.location === null ? page.type : whereTo(site, page.location);
  return {
    check: { name, result: good ? 'passed' : 'failed', detail: `${path} ${page.status} ${said}`.trim() },
  };
}

function admin(site: Site, page: HttpAnswer): TimedTry {
  const name = 'admin page';
  if ('error' in page) return failed(name, page.error);
  if (page.status === 401 || page.status === 403) return passed(name, `${page.status}, protected`);
  const said = page.location === null ? '' : ` ${whereTo(site, page.location)}`;
  return page.status === 200 ? passed(name, '200') : failed(name, `${page.status}${said}`);
}

function passed(name: string, detail: string): TimedTry {
  return { check: { name, result: 'passed', detail } };
}

function failed(name: string, detail: string): TimedTry {
  return { check: { name, result: 'failed', detail } };
}
