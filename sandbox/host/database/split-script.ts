/** One step of a script: a statement, with its rows if it is a COPY FROM stdin. */
export interface ScriptPart {
  readonly line: number;
  readonly sql: string;
  readonly rows: string | null;
}

const COPY_FROM_STDIN = /^\s*COPY\s[\s\S]*\sFROM\s+stdin\b/i;
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//y;
const BACKSLASH_COMMAND = /\\[^\n]*/y;

/**
 * Splits a script as psql does: at semicolons outside quotes and comments, with COPY data kept whole. It knows only the
 * backslash commands of a dump, and they do nothing here.
 */
export function splitScript(script: string): readonly ScriptPart[] {
  const parts: ScriptPart[] = [];
  let [at, start] = [0, 0];
  while (at < script.length) {
    const inside = skip(QUOTED, script, at);
    if (inside !== at) {
      at = inside;
    } else if (script[at] === '\\' && isBlank(script.slice(start, at))) {
      at = skip(BACKSLASH_COMMAND, script, at);
      start = at;
    } else if (script[at] === ';') {
      const sql = script.slice(start, at + 1);
      const data = COPY_FROM_STDIN.test(withoutComments(sql)) ? dataBehind(script, at + 1) : null;
      parts.push({ line: lineOf(script, at), sql, rows: data?.rows ?? null });
      at = data?.end ?? at + 1;
      start = at;
    } else {
      at += 1;
    }
  }
  const rest = script.slice(start);
  if (!isBlank(rest)) parts.push({ line: lineOf(script, script.length), sql: rest, rows: null });
  return parts;
}

export function withoutComments(sql: string): string {
  return sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').trim();
}

function dataBehind(script: string, from: number): { readonly rows: string; readonly end: number } {
  const first = script.indexOf('\n', from) + 1;
  if (first === 0 || script.startsWith('\\.', first)) return { rows: '', end: endOfLine(script, from + 2) };
  const end = script.indexOf('\n\\.', first);
  // The script ends inside its data. The server gets the rows that are there.
  if (end < 0) return { rows: script.slice(first), end: script.length };
  return { rows: script.slice(first, end + 1), end: endOfLine(script, end + 1) };
}

function endOfLine(script: string, from: number): number {
  const found = script.indexOf('\n', from);
  return found < 0 ? script.length : found + 1;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function isBlank(sql: string): boolean {
  return withoutComments(sql) === '';
}

function lineOf(script: string, at: number): number {
  let line = 1;
  for (let found = script.indexOf('\n'); found >= 0 && found < at; found = script.indexOf('\n', found + 1))
    line += 1;
  return line;
}
