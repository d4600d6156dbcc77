import { redacted } from './redact.ts';
import { withoutTerminalCodes } from './terminal-codes.ts';

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
  'folder',
  'module',
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
