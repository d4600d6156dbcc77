import { z } from 'zod';
import { HostError } from '../app/ports/host-error.ts';
import { hostText, hostValue } from '../domain/text/host-text.ts';
import * as answers from './answers.ts';
import type { Outcome, Session } from './transport/session.ts';

export const QUICK_MS = 60_000;

export function orProblem<T extends z.ZodType>(schema: T) {
  return z.union([schema, answers.problem]);
}

export async function askJson<T>(
  session: Session,
  command: string,
  schema: z.ZodType<T>,
  deadlineMs: number,
  clean: (value: unknown) => unknown = (value) => hostValue(value),
): Promise<T> {
  const outcome = await session.run({ command, deadlineMs, maxBytes: 8 * 1024 * 1024 });
  const text = exitedWell(outcome).trim().split('\n').at(-1) ?? '';
  const parsed = schema.safeParse(clean(parseJson(text)));
  if (!parsed.success)
    throw new HostError(
      'errored',
      `a probe's answer is not what the bot expected: ${firstIssue(parsed.error)}`,
    );
  return parsed.data;
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.') || 'answer'}: ${issue.message}` : 'no reason given';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function succeed(session: Session, command: string, stdin?: string): Promise<string> {
  const outcome = await session.run(
    stdin === undefined ? { command, deadlineMs: QUICK_MS } : { command, deadlineMs: QUICK_MS, stdin },
  );
  return exitedWell(outcome);
}

/** Only exit code 0 is success. If the outcome can't be known, the error says `unknown`. */
export function exitedWell(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      if (outcome.code === 0) return outcome.stdout;
      throw new HostError(
        'errored',
        `a command on the host ended with exit code ${outcome.code}: ${lastLine(outcome.stderr)}`,
      );
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

function lastLine(text: string): string {
  return hostText(text.trim().split('\n').at(-1) ?? '').slice(0, 300) || 'it said nothing';
}
