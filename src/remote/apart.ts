import { programText } from './program-text.ts';
import { commandLine } from './quote.ts';

/** Around what a command of the bot prints, on lines of their own: `control/apart.sh` prints them. */
const BEGIN = '\n\u001erollback-bot\u001e\n';
const END = '\n\u001eended ';
const END_CLOSED = '\u001e\n';

/** A command line that runs another one apart from what the login has set up, between marks. */
export function apart(command: string): string {
  return `${commandLine(['sh', '-c', programText('control/apart.sh'), 'apart.sh'])} ${command}`;
}

/** What a host printed, taken apart. */
export interface Heard {
  /** What the command printed; null: the login did not run it, or it ended before it printed its first mark. */
  readonly said: string | null;
  /** The command's exit code; null: nobody said how it ended. */
  readonly code: number | null;
  /** What the login printed before and after. */
  readonly beside: string;
}

/** Finds what a command printed between the marks. It may be cut off at its end. */
export function heard(stdout: string): Heard {
  const begin = stdout.indexOf(BEGIN);
  if (begin < 0) return { said: null, code: null, beside: stdout };
  const before = stdout.slice(0, begin);
  const rest = stdout.slice(begin + BEGIN.length);
  const end = rest.lastIndexOf(END);
  const [code = '', ...behind] = end < 0 ? [] : rest.slice(end + END.length).split(END_CLOSED);
  if (behind.length === 0 || !/^\d{1,3}$/.test(code)) return { said: rest, code: null, beside: before };
  return { said: rest.slice(0, end), code: Number(code), beside: before + behind.join(END_CLOSED) };
}

/** The part of the error output that does not come from the login's start-up files. */
export function heardOnError(stderr: string): string {
  const begin = stderr.indexOf(BEGIN);
  return begin < 0 ? stderr : stderr.slice(begin + BEGIN.length);
}

/** The same mark as a line, for whoever reads along. */
export const BEGIN_LINE = BEGIN.trim();
