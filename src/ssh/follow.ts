import { HostError } from '../app/ports/host-error.ts';
import type { JournalLine, SwitchStatus } from '../app/ports/run-program.ts';
import type { SwitchOutcome } from '../domain/run/event.ts';
import { apart, BEGIN_LINE, heard, heardOnError } from '../remote/apart.ts';
import { type Attempt, type FollowFrom, followCommand } from '../remote/run-commands.ts';
import type { Outcome, Session } from './transport/session.ts';
import { failureOf, notRun } from './words.ts';

/** The follower prints at least once a second. If no byte comes for this long, the connection is dead. */
const SILENCE_MS = 8_000;

/** In characters. A line of the journal has about a hundred; a longer text is no such line. */
const LONGEST_LINE = 65_536;

/** How the program calls its steps. */
const STEP = /^[a-z-]{1,40}$/;

const OUTCOMES: ReadonlySet<string> = new Set(['done', 'untouched', 'put-back', 'hold']);

/**
 * Reads the journal from a byte offset on. The returned offset counts whole lines only, so that the next reader loses
 * nothing and sees nothing twice. Errors: throws HostError `unknown` if the connection is gone.
 */
export async function followProgram(
  session: Session,
  root: string,
  attempt: Attempt,
  from: FollowFrom,
  onLine: (line: JournalLine) => void,
): Promise<{ status: SwitchStatus; offset: number }> {
  let position = from.offset;
  let rest = '';
  let begun = false;
  let status: SwitchStatus | null = null;
  const outcome = await session.run({
    command: apart(followCommand(root, attempt, from)),
    deadlineMs: (from.seconds + 15) * 1000,
    silenceMs: SILENCE_MS,
    maxBytes: 4096,
    onStdout: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw new Error('a line of the journal has no end');
      for (const line of lines) {
        // Start-up files of the login's shell print before the mark, and behind the status.
        if (!begun) begun = line === BEGIN_LINE;
        else if (status !== null) continue;
        else if (line.startsWith('= ')) status = parseStatus(line.slice(2));
        else if (line !== '~') {
          position += Buffer.byteLength(line) + 1;
          const parsed = parseJournalLine(line);
          if (parsed) onLine(parsed);
        }
      }
    },
  });
  if (status === null)
    throw new HostError(
      'unknown',
      `the connection to the host was lost while following the switch: ${why(outcome)}`,
    );
  return { status, offset: position };
}

function why(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'unknown':
      return outcome.why;
    case 'signalled':
      return `${outcome.signal} ended the program that reads the journal`;
    case 'timed-out':
      return 'the program that reads the journal did not end in time';
    case 'exited': {
      const { said, code } = heard(outcome.stdout);
      if (said === null) return notRun(outcome).message;
      return failureOf(code, heardOnError(outcome.stderr)).message;
    }
  }
}

/** `<milliseconds> TAB <kind> TAB <name> TAB <code> TAB <log size>`; null for anything else, such as a torn line. */
export function parseJournalLine(line: string): JournalLine | null {
  const found = /^(\d{10,16})\t(begin|end|finish)\t([a-z-]{1,40})\t(\d{1,3})\t\d*$/.exec(line);
  if (!found) return null;
  const [, at, kind, name, code] = found;
  return {
    at: new Date(Number(at)).toISOString(),
    kind: kind as JournalLine['kind'],
    name: name ?? '',
    code: Number(code),
  };
}

export function parseStatus(text: string): SwitchStatus | null {
  const [word, ...rest] = text.trim().split(' ');
  switch (word) {
    case 'absent':
    case 'claimed':
      return { kind: word };
    case 'running':
      return /^-?\d+$/.test(rest[0] ?? '') ? { kind: 'running', quietSeconds: Number(rest[0]) } : null;
    case 'foreign':
      return { kind: 'foreign', claim: rest[0] ?? '' };
    case 'interrupted':
      return { kind: 'interrupted', rebooted: rest[0] === 'rebooted' };
    case 'done': {
      const [outcome = '', step = '', code = ''] = rest;
      if (!OUTCOMES.has(outcome) || !STEP.test(step) || !/^\d{1,3}$/.test(code)) return null;
      return { kind: 'done', outcome: outcome as SwitchOutcome, step, code: Number(code) };
    }
    default:
      return null;
  }
}
