import { type Refusal, refusal } from '../refusal.ts';

/** What is odd about the site's `.env`, without any value. systemd reads it for the site, and bash for the platform's scripts. */
export interface EnvironmentFile {
  /** Why systemd reads nothing of it; null: it reads it. */
  readonly unreadable: string | null;
  readonly windowsLineEnds: boolean;
  readonly byteOrderMark: boolean;
  /** Where bash stops; null: it reads the file to its end. */
  readonly stops: { readonly line: number | null; readonly name: string | null } | null;
  /** Lines that bash reads in another way, or that systemd leaves out. */
  readonly oddities: readonly OddLine[];
  /** Variables that the running site has with another value; null: the bot can't see what it has. */
  readonly changed: readonly string[] | null;
  /** The file was changed since the site was started. */
  readonly isChanged: boolean;
}

export interface OddLine {
  readonly line: number;
  /** null: what stands there is no name. */
  readonly name: string | null;
  readonly kind: 'export' | 'name' | 'read-only' | 'spaces' | 'character';
  /** The first character to which bash gives a meaning; null: none. */
  readonly character: string | null;
  /** The value has no quote or backslash of its own. */
  readonly plain: boolean;
}

export const SOUND_FILE: EnvironmentFile = {
  unreadable: null,
  windowsLineEnds: false,
  byteOrderMark: false,
  stops: null,
  oddities: [],
  changed: [],
  isChanged: false,
};

/** The platform's scripts log in to the database with these. */
const DATABASE = /^DJANGO_DB_(NAME|USER|PASSWORD|HOST|PORT)$/;

/** Whatever the mode: without its settings, the site can't start. */
export function unreadableRefusal({ unreadable }: EnvironmentFile, root: string): Refusal | null {
  return unreadable === null
    ? null
    : refusal(
        'environment-unreadable',
        `systemd can't read the site's .env: ${unreadable}. A unit that names it could not start.`,
        `Correct ${root}/.env and ask again.`,
      );
}

/** The platform's restore_db.sh reads `.env` with bash: it would stop with the site down, or log in somewhere else. */
export function restoreEnvironmentRefusal(file: EnvironmentFile, root: string): Refusal | null {
  const { stops, windowsLineEnds, oddities } = file;
  const again = 'Then ask again. Rolling back only the code works without that: --code-only.';
  if (windowsLineEnds && (stops !== null || oddities.some(isLogin)))
    return refusal(
      'environment-unreadable',
      `The site's .env has Windows line ends. The site is not affected, because systemd reads them. But restore_db.sh reads the file with bash, and bash takes them for a part of each value.`,
      `On the host: ${lineEnds(root)}. ${again}`,
    );
  if (stops !== null) {
    const odd = oddities.find(({ line }) => line === stops.line);
    return refusal(
      'environment-unreadable',
      `restore_db.sh reads the site's .env with bash, and bash stops ${stopText(stops)}${odd ? `: ${oddText(odd)}` : ''}. The site is not affected, because systemd reads it in its own way.`,
      `${odd ? repairOf(odd, root) : lookAt(stops.line, root)} ${again}`,
    );
  }
  const login = oddities.find(isLogin);
  return login === undefined
    ? null
    : refusal(
        'environment-unreadable',
        `restore_db.sh reads the site's .env with bash, and bash reads ${placeOf(login)} in another way than systemd: ${oddText(login)}. The restore would use another login than the site.`,
        `${repairOf(login, root)} ${again}`,
      );
}

/** What people should know before they decide. None of it forbids a rollback of the code. */
export function environmentWarnings(file: EnvironmentFile, root: string): readonly string[] {
  const { windowsLineEnds, byteOrderMark, stops, oddities } = file;
  const shown = windowsLineEnds ? oddities.filter(({ kind }) => kind !== 'character') : oddities;
  const stopped = stops !== null && !windowsLineEnds && !shown.some(({ line }) => line === stops.line);
  return [
    ...(windowsLineEnds
      ? [
          `.env has Windows line ends: the platform's scripts, which read it with bash, take them for a part of each value. To repair it, on the host: ${lineEnds(root)}`,
        ]
      : []),
    ...(byteOrderMark
      ? [
          `.env begins with a byte order mark, so neither systemd nor bash reads its first line. To repair it, on the host: sed -i '1s/^\\xEF\\xBB\\xBF//' ${root}/.env`,
        ]
      : []),
    ...(stopped
      ? [`The platform's scripts stop ${stopText(stops)} of .env. ${lookAt(stops.line, root)}`]
      : []),
    ...shown.slice(0, 5).map((odd) => `${oddWarning(odd)} ${repairOf(odd, root)}`),
    ...(shown.length > 5 ? [`${shown.length - 5} more lines of .env are read in two ways.`] : []),
    ...changedWarning(file),
  ];
}

function changedWarning({ changed, isChanged }: EnvironmentFile): readonly string[] {
  if (!isChanged) return [];
  if (changed === null)
    return [
      ".env was changed after the site was started. The next start uses the new values; the bot can't see which ones are new.",
    ];
  return [
    `${changed.slice(0, 10).join(', ')}${changed.length > 10 ? ' and others' : ''} in .env ${changed.length === 1 ? 'has' : 'have'} another value than the running site: the next start uses the one in .env.`,
  ];
}

function oddWarning(odd: OddLine): string {
  if (odd.kind === 'export')
    return `Line ${odd.line} of .env begins with export, so systemd leaves ${odd.name ?? 'it'} out: the site runs without it.`;
  if (odd.kind === 'name')
    return `Line ${odd.line} of .env has something in front of = that is no name, so systemd leaves it out.`;
  return `bash, and so the platform's scripts, reads ${placeOf(odd)} of .env in another way than the site: ${oddText(odd)}.`;
}

function isLogin({ name }: OddLine): boolean {
  return name !== null && DATABASE.test(name);
}

function placeOf({ line, name }: OddLine): string {
  return name === null ? `line ${line}` : `line ${line} (${name})`;
}

function stopText({ line, name }: NonNullable<EnvironmentFile['stops']>): string {
  if (line === null) return 'before its end';
  return name === null ? `at line ${line}` : `at line ${line} (${name})`;
}

const CHARACTERS: Readonly<Record<string, string>> = {
  ' ': 'a space that no quotes protect',
  "'": 'a single quote that is not closed, or is inside a value',
  '"': 'a double quote that is not closed, or is inside a value',
  '\\': 'a backslash that no quotes protect',
};

function oddText({ kind, character, name }: OddLine): string {
  switch (kind) {
    case 'export':
      return 'it begins with export, which systemd does not know';
    case 'name':
      return 'what is in front of = is no name';
    case 'read-only':
      return `bash lets nobody set ${name ?? 'it'}`;
    case 'spaces':
      return 'it has a space beside =';
    case 'character':
      return character === null
        ? 'they understand its value differently'
        : `it has ${CHARACTERS[character] ?? `a ${character} that bash replaces or acts on`}`;
  }
}

/** Slack reads no mark in these: without an asterisk, a command is pasted as it was written. */
function repairOf({ line, kind, character, plain, name }: OddLine, root: string): string {
  const file = `${root}/.env`;
  switch (kind) {
    case 'export':
      return `On the host: sed -E -i '${line}s/^\\s{0,}export\\s+//' ${file}.`;
    case 'name':
      return `Correct or remove it: ${file}, line ${line}.`;
    case 'read-only':
      return `Give ${name ?? 'the variable'} another name, in ${file} and in the settings.`;
    case 'spaces':
      return `On the host: sed -E -i '${line}s/\\s{0,}=\\s{0,}/=/' ${file}.`;
    case 'character':
      return plain && character !== null
        ? `Put its value in single quotes, on the host: sed -i "${line}s/=/='/; ${line}s/$/'/" ${file}.`
        : `Put its whole value in single quotes: ${file}, line ${line}. If the value has a single quote itself, use double quotes, with a backslash in front of each " \\ $ and \`.`;
  }
}

function lineEnds(root: string): string {
  return `sed -i 's/\\r$//' ${root}/.env`;
}

function lookAt(line: number | null, root: string): string {
  return line === null
    ? `Try it on the host: bash -euc 'set -a; . ${root}/.env'.`
    : `Look at it on the host: sed -n ${line}p ${root}/.env.`;
}
