import { z } from 'zod';
import { HostError } from '../app/ports/host-error.ts';
import { hostText, hostValue } from '../domain/text/host-text.ts';
import { oneLine } from '../domain/text/printable.ts';
import { apart, heard, heardOnError } from '../remote/apart.ts';
import { beyondLimit } from './answers/limits.ts';
import type { Outcome, Session } from './transport/session.ts';
import { failureOf, notRun, tooMuch, withoutAnAnswer } from './words.ts';

export const QUICK_MS = 60_000;

/** How long a pip installation from the network may take, or reading gigabytes of backup. The site is still up. */
export const SLOW_MS = 20 * 60_000;

/** Runs a probe. `deadlineMs`: QUICK_MS if absent. */
export type Ask = <T>(command: string, schema: z.ZodType<T>, deadlineMs?: number) => Promise<T>;

/** What a probe says of itself if it breaks off. */
const brokenProbe = z.object({ broke: z.string() });

export async function askJson<T>(
  session: Session,
  command: string,
  schema: z.ZodType<T>,
  deadlineMs: number,
  clean: (value: unknown) => unknown = (value) => hostValue(value),
): Promise<T> {
  const outcome = await session.run({ command: apart(command), deadlineMs, maxBytes: 8 * 1024 * 1024 });
  const { said, code, stderr } = between(session, outcome);
  const answer = lastJson(said);
  const broken = brokenProbe.safeParse(answer);
  if (broken.success)
    throw failed(session, outcome, new HostError('errored', oneLine(hostText(broken.data.broke), 500)));
  if (code !== 0) throw failed(session, outcome, failureOf(code, stderr));
  if (answer === undefined && outcome.kind === 'exited' && outcome.truncated)
    throw failed(session, outcome, tooMuch('more than 8 MB in one answer'));
  const parsed = schema.safeParse(clean(answer));
  if (parsed.success) return parsed.data;
  const beyond = beyondLimit(parsed.error.issues);
  throw failed(
    session,
    outcome,
    beyond === null ? withoutAnAnswer() : tooMuch(beyond),
    firstIssue(parsed.error),
  );
}

export async function succeed(session: Session, command: string, stdin?: string): Promise<string> {
  const outcome = await session.run({
    command: apart(command),
    deadlineMs: QUICK_MS,
    ...(stdin === undefined ? {} : { stdin }),
  });
  const { said, code, stderr } = between(session, outcome);
  if (code !== 0) throw failed(session, outcome, failureOf(code, stderr));
  return said;
}

/**
 * What the command itself printed. The exit code is its own, whatever the login's shell made of it. If the outcome can't be
 * known, the error says `unknown`.
 */
function between(session: Session, outcome: Outcome): { said: string; code: number; stderr: string } {
  const { said, code, beside } = heard(outcome.stdout);
  if (said !== null && code !== null) {
    session.log?.beside(hostText(beside));
    return { said, code, stderr: heardOnError(outcome.stderr) };
  }
  switch (outcome.kind) {
    case 'exited':
      if (said === null) throw failed(session, outcome, notRun(outcome));
      throw failed(session, outcome, failureOf(null, heardOnError(outcome.stderr)));
    case 'signalled':
      throw new HostError('errored', `a command on the host was killed by ${outcome.signal}`);
    case 'timed-out':
      throw new HostError(
        'timed-out',
        `a command on the host did not end within ${Math.round(outcome.afterMs / 1000)} s`,
      );
    case 'unknown':
      throw new HostError('unknown', `the connection to the host was lost: ${outcome.why}`);
  }
}

/** The error for people, after the log got what only helps whoever mends the bot or the host. */
function failed(session: Session, outcome: Outcome, error: HostError, issue?: string): HostError {
  session.log?.failed(error.message, {
    ...(issue === undefined ? {} : { issue }),
    stdout: hostText(outcome.stdout).slice(-2000),
    stderr: hostText(outcome.stderr).slice(-2000),
  });
  return error;
}

/** The answer is a line of its own. Something that the login has left running may print between the marks as well. */
function lastJson(text: string): unknown {
  for (const line of text.split('\n').reverse()) {
    if (!/^[[{]/.test(line)) continue;
    try {
      return JSON.parse(line);
    } catch {
      // Not the answer.
    }
  }
  return undefined;
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.') || 'answer'}: ${issue.message}` : 'no reason given';
}
