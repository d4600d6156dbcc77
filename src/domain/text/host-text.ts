import { redacted } from './redact.ts';

const ESC = String.fromCharCode(27);
const CSI = String.fromCharCode(0x9b);
const BEL = String.fromCharCode(7);

/**
 * Terminal codes: colours and cursor movements, titles and links (to their end, at most one line), and the short ones.
 */
const TERMINAL = new RegExp(
  [
    `(?:${ESC}\\[|${CSI})[0-?]{0,64}[ -/]{0,8}[@-~]`,
    `${ESC}[\\]PX^_][^${BEL}${ESC}\\n]{0,2000}(?:${BEL}|${ESC}\\\\)?`,
    `${ESC}[ -/]{1,4}[0-~]`,
    `${ESC}[0-OQ-WYZ\\\\a-~]`,
  ].join('|'),
  'g',
);

/** Text without terminal codes. */
export function withoutTerminalCodes(text: string): string {
  return text.includes(ESC) || text.includes(CSI) ? text.replaceAll(TERMINAL, '') : text;
}

/** The last version of a line that a progress bar has overwritten. */
function asLastWritten(line: string): string {
  const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
  return whole.slice(whole.lastIndexOf('\r') + 1);
}

/**
 * Text from a host, fit to be stored and shown. Terminal codes go first: a colour in the middle of `password=…` must not
 * hide it.
 */
export function hostText(text: string): string {
  const plain = withoutTerminalCodes(text);
  return redacted(plain.includes('\r') ? plain.split('\n').map(asLastWritten).join('\n') : plain);
}

/**
 * Under these keys an answer has names and paths, which the bot compares or passes to programs. They have to stay as they
 * are: `secret_garden.wsgi:application` is no secret.
 */
const NAMES: ReadonlySet<string> = new Set([
  'name',
  'app',
  'program',
  'executables',
  'bind',
  'tree',
  'venv',
  'path',
  'root',
  'cwd',
  'environment',
  'host',
  'role',
  'user',
  'owner',
  'slug',
  'domain',
  'run',
  'pin',
  'tags',
  'known',
]);

/** Cleans every text of an answer that came as JSON. Names only lose their terminal codes. */
export function hostValue(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return NAMES.has(key) ? withoutTerminalCodes(value) : hostText(value);
  if (Array.isArray(value)) return value.map((one) => hostValue(one, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hostValue(one, name)]));
}
