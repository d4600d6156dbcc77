import { redacted } from '../text/redact.ts';

/** One kind of error in a site's systemd journal, whenever and for whomever it happened. */
export interface ErrorCount {
  /** The fingerprint, fit to be shown: `TypeError in website/views.py`, or a message without its changing parts. */
  readonly what: string;
  readonly count: number;
}

/** Room for one fingerprint, in characters. */
const LONGEST = 100;
const TRACEBACK = /^\s*(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):/;
const FRAME = /^\s*\|?\s*File "([^"]+)", line \d+/;
/** The line that ends a traceback: an exception's dotted name, alone or with its message. */
const EXCEPTION =
  /^(?:[A-Za-z_]\w*\.)*([A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt|DoesNotExist|Timeout)|Http404)(?::|$)/;
const CHAINED = /^(?:During handling of the above exception|The above exception was the direct cause)/;
/** Lines between an exception and the one that it caused: a message may have several, as PostgreSQL's do. */
const LONGEST_MESSAGE = 8;
/** What Django writes before the traceback of a failed request. */
const REQUEST_FAILED = /^(?:Internal Server Error|Service Unavailable): /;
const ACCESS = /"([A-Z]+) (\S+) HTTP\/[\d.]+" (\d{3}) /;
const LEVEL = /\b(?:ERROR|CRITICAL|FATAL)\b/;

/**
 * Lines that look like errors but are not the site's: a worker that was told to stop, and requests for host names that the
 * site does not have, which scanners send all day. The health page has its own check.
 */
const BENIGN =
  /was sent SIG(?:TERM|INT|QUIT|HUP)|Handling signal: |Shutting down: |[Ww]arm shutdown|DisallowedHost|Invalid HTTP_HOST header|(?:Error|Unavailable): \/health\/|" ?[A-Z]+ \/health\//;

/**
 * The errors among the lines of a journal, most frequent first. A failed request leaves several lines: a sentence, a
 * traceback, one in the access log. It counts once, by its exception if it has one.
 */
export function errorsIn(lines: readonly string[]): readonly ErrorCount[] {
  const counts = new Map<string, number>();
  const add = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  /** Failed requests that are counted, and whose line in the access log is still to come. */
  let awaited = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (TRACEBACK.test(line)) {
      const read = readTraceback(lines, at);
      at = read.last;
      if (!BENIGN.test(read.what)) add(read.what);
      awaited += 1;
      continue;
    }
    const next = lines[at + 1] ?? '';
    const found = errorOf(line, TRACEBACK.test(next));
    if (found === null) continue;
    if (found.kind === 'access' && awaited > 0) {
      awaited -= 1;
      continue;
    }
    if (found.kind === 'request') awaited += 1;
    add(found.what);
  }
  return [...counts]
    .map(([what, count]) => ({ what, count }))
    .toSorted((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1));
}

type FoundError = { readonly kind: 'access' | 'request' | 'log'; readonly what: string };

/** null: no error, a benign one, or the line before a traceback, which says more. */
function errorOf(line: string, tracebackFollows: boolean): FoundError | null {
  if (BENIGN.test(line)) return null;
  const access = ACCESS.exec(line);
  if (access) {
    const [, method = '', path = '', status = ''] = access;
    return status.startsWith('5')
      ? { kind: 'access', what: `${status} ${normalised(`${method} ${path}`)}` }
      : null;
  }
  const json = line.trimStart().startsWith('{') ? jsonError(line) : undefined;
  if (json === null || (json === undefined && !isErrorLine(line))) return null;
  if (tracebackFollows) return null;
  if (json !== undefined) return json;
  return { kind: REQUEST_FAILED.test(line) ? 'request' : 'log', what: plainError(line) };
}

function isErrorLine(line: string): boolean {
  return REQUEST_FAILED.test(line) || EXCEPTION.test(line) || LEVEL.test(line.slice(0, 200));
}

function plainError(line: string): string {
  const exception = EXCEPTION.exec(line)?.[1];
  return exception ?? normalised(line.replace(/^(?:\[[^\]]*\]\s*)+/, ''));
}

/** A line of the platform's JSON log; null: not an error; undefined: not JSON. Its formatter does not escape quotes. */
function jsonError(line: string): FoundError | null | undefined {
  const level = jsonText(line, 'level');
  if (level === undefined) return undefined;
  if (!LEVEL.test(level)) return null;
  const message = jsonText(line, 'message') ?? '';
  const exception = jsonText(line, 'exception') ?? jsonText(line, 'exc_info');
  const lines = exception?.split('\n') ?? [];
  const begin = lines.findIndex((one) => TRACEBACK.test(one));
  const kind = REQUEST_FAILED.test(message) || begin >= 0 ? 'request' : 'log';
  if (begin >= 0) return { kind, what: readTraceback(lines, begin).what };
  const short = exception && EXCEPTION.exec(exception)?.[1];
  return { kind, what: short || normalised(`${jsonText(line, 'logger') ?? level}: ${message}`) };
}

function jsonText(line: string, key: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const found = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    const text: unknown = found.find(([name]) => name === key)?.[1];
    return typeof text === 'string' ? text : undefined;
  } catch {
    return new RegExp(`"${key}": ?"(.*?)"(?:, ?"|\\}|$)`).exec(line)?.[1];
  }
}

/** The exception at the end of a traceback and of its chain, and the last place in the site's own code. */
function readTraceback(lines: readonly string[], begin: number): { what: string; last: number } {
  let places: string[] = [];
  let exception = 'an exception';
  let last = begin;
  for (let at = begin; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (TRACEBACK.test(line)) places = [];
    const path = FRAME.exec(line)?.[1];
    const name = EXCEPTION.exec(line)?.[1] ?? /^(?:[A-Za-z_]\w*\.)+([A-Z]\w*)(?::|$)/.exec(line)?.[1];
    if (path !== undefined) places.push(path);
    else if (name !== undefined) {
      exception = name;
      const chain = chainedAt(lines, at + 1);
      last = chain ?? at;
      if (chain === null) break;
      at = chain;
      continue;
    } else if (!TRACEBACK.test(line) && !/^\s|^$/.test(line)) break;
    last = at;
  }
  const place = places.findLast(isOwn) ?? places.at(-1);
  const what = place === undefined ? exception : `${exception} in ${shortPath(place)}`;
  return { what: what.slice(0, LONGEST), last };
}

/** The line that announces the exception which this one caused; null: it caused none. */
function chainedAt(lines: readonly string[], from: number): number | null {
  const next = lines
    .slice(from, from + LONGEST_MESSAGE)
    .findIndex((line) => CHAINED.test(line) || TRACEBACK.test(line) || ACCESS.test(line));
  return next >= 0 && CHAINED.test(lines[from + next] ?? '') ? from + next : null;
}

/** sum-core counts as own code, although it is installed as a package. */
function isOwn(path: string): boolean {
  return /\/sum_core\//.test(path) || !/\/(?:site|dist)-packages\/|\/lib\/python\d|^<frozen /.test(path);
}

/** A name for the file that is the same before and after the switch, whichever environment it is in. */
function shortPath(path: string): string {
  return (
    /(?:\/(?:site|dist)-packages\/|\/app\/|\/trees\/[0-9a-f]+\/)(?!.*(?:\/app\/|-packages\/))(.+)$/.exec(
      path,
    )?.[1] ?? path.split('/').slice(-2).join('/')
  );
}

/**
 * A message without anything that changes from one occurrence to the next, or that could be a secret or a person's name:
 * ids, numbers, times, addresses, quoted values, values of keys, parameters of a query.
 */
export function normalised(message: string): string {
  const text = redacted(message)
    // Only from the beginning of a word: else the time grows with the square of a long one without an @.
    .replaceAll(/(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<address>')
    .replaceAll(/\?\S+/g, '?…')
    .replaceAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>')
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, "'…'")
    .replaceAll(/\b(?:0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{8,})\b/gi, '<id>')
    .replaceAll(/(?<![\w<])\d+(?:\.\d+)*/g, 'N')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

/** `14 x OperationalError in leads/views.py, 3 x 500 GET /`, the most frequent ones. */
export function errorList(errors: readonly ErrorCount[], most = 3): string {
  const shown = errors.slice(0, most).map(({ what, count }) => `${count} x ${what}`);
  const rest = errors.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more ${rest === 1 ? 'kind' : 'kinds'}`] : [])].join(', ');
}
