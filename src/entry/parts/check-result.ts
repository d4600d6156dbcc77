import { inLine } from './terminal.ts';

/** What one check of the doctor found. */
export interface CheckResult {
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was checked; for `ok`, with what was found. */
  readonly what: string;
  readonly why?: string;
  /** The exact line to add, or the command to run. Further lines say more. */
  readonly fix?: string;
}

export function ok(what: string): CheckResult {
  return { level: 'ok', what };
}

export function warn(what: string, why: string, fix?: string): CheckResult {
  return fix === undefined ? { level: 'warn', what, why } : { level: 'warn', what, why, fix };
}

export function fail(what: string, why: string, fix?: string): CheckResult {
  return fix === undefined ? { level: 'fail', what, why } : { level: 'fail', what, why, fix };
}

const LABELS = { ok: 'ok   ', warn: 'warn ', fail: 'FAIL ' } as const;

const FIX_INDENT = ' '.repeat(6);

const MORE_INDENT = ' '.repeat(11);

/** One line, and below it what to do. Text of hosts and of Slack stays in its line. */
export function renderResult({ level, what, why, fix }: CheckResult): string {
  const line = `${LABELS[level]} ${inLine(why === undefined ? what : `${what}: ${why}`)}\n`;
  if (fix === undefined) return line;
  const [first = '', ...more] = fix.split('\n').map(inLine);
  return [`${line}${FIX_INDENT}fix: ${first}`, ...more.map((text) => MORE_INDENT + text), ''].join('\n');
}

/** One failure is enough; warnings are for people. */
export function exitCodeOf(results: readonly CheckResult[]): 0 | 1 {
  return results.some(({ level }) => level === 'fail') ? 1 : 0;
}

/** The answer to one question, or why there is none. */
export type Asked<T> = { readonly answer: T } | { readonly error: string };

/** Asks with a deadline and never throws: a missing answer is part of the answer. */
export async function askOne<T>(deadlineMs: number, question: () => Promise<T>): Promise<Asked<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${Math.round(deadlineMs / 1000)} s`)),
      deadlineMs,
    );
  });
  try {
    return { answer: await Promise.race([question(), late]) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
