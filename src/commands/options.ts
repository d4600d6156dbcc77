import type { Mode } from '../domain/plan/mode.ts';
import { echo } from './echo.ts';
import { nearest } from './nearest.ts';
import { type UsageProblem, usageProblem } from './problem.ts';
import { isOption, type Token } from './tokens.ts';
import { readBackup } from './words.ts';

const MODES: Readonly<Record<string, Mode>> = {
  '--full': 'full',
  '--code-only': 'code-only',
  '--database-only': 'database-only',
};
const OPTIONS = [...Object.keys(MODES), '--backup', '--reason', '--dry-run', '--help'];
const REASON_LENGTH = 500;
/** What is left of an option if there is a space after its dashes. */
const DASHES_ALONE = /^[-‐‑‒–—―−]+$/;

/** The words of a rollback, with the options sorted out. */
export interface Options {
  readonly kind: 'options';
  /** All other words: the site, the version and any extra words. */
  readonly words: readonly string[];
  readonly mode: Mode | null;
  readonly backup: string | null;
  readonly reason: string | null;
  readonly dryRun: boolean;
  readonly help: boolean;
}

export function readOptions(tokens: readonly Token[]): Options | UsageProblem {
  let options: Options = {
    kind: 'options',
    words: [],
    mode: null,
    backup: null,
    reason: null,
    dryRun: false,
    help: false,
  };
  let rest = tokens;
  for (let token = rest[0]; token !== undefined; token = rest[0]) {
    rest = rest.slice(1);
    if (!isOption(token)) {
      if (!token.quoted && DASHES_ALONE.test(token.text)) return dashAlone(token.text, rest[0]);
      options = { ...options, words: [...options.words, token.text] };
      continue;
    }
    const taken = takeOption(options, token.text.toLowerCase(), token.text, rest);
    if (taken.kind === 'problem') return taken;
    options = taken.options;
    rest = rest.slice(taken.used);
  }
  return options;
}

/** `— database-only`: some keyboards put a space there. Nobody means a dash as a word. */
function dashAlone(dash: string, next: Token | undefined): UsageProblem {
  const name = next?.text ?? '';
  const option = OPTIONS.find((known) => letters(known) === letters(name));
  return option === undefined
    ? usageProblem(
        `${echo(dash)} is a dash on its own.`,
        'Options have no space after their dashes, for example `--code-only`.',
      )
    : usageProblem(`${echo(`${dash} ${name}`)} has a space after the dash.`, `Type \`${option}\`.`);
}

/** The options so far plus one more, and how many of the following words it took. */
type Taken = { readonly kind: 'taken'; readonly options: Options; readonly used: number };

const taken = (options: Options, used: number): Taken => ({ kind: 'taken', options, used });

function takeOption(
  options: Options,
  name: string,
  typed: string,
  rest: readonly Token[],
): Taken | UsageProblem {
  const mode = MODES[name];
  if (mode !== undefined) return takeMode(options, mode);
  if (name === '--dry-run') return taken({ ...options, dryRun: true }, 0);
  if (name === '--help') return taken({ ...options, help: true }, 0);
  if (name === '--backup') return takeBackup(options, rest);
  if (name === '--reason') return takeReason(options, rest);
  if (options.reason !== null)
    return usageProblem(
      `${echo(typed)} is not an option.`,
      'If this belongs to the reason, put the reason in quotes.',
    );
  // Compare without the dashes: they would make every option look like every other.
  const meant = nearest(
    name.replace(/^-+/, ''),
    OPTIONS.map((known) => known.slice(2)),
  );
  return usageProblem(
    `${echo(typed)} is not an option.`,
    meant
      ? `Did you mean \`--${meant}\`?`
      : `The options are ${OPTIONS.map((known) => `\`${known}\``).join(', ')}.`,
  );
}

function takeMode(options: Options, mode: Mode): Taken | UsageProblem {
  if (options.mode !== null && options.mode !== mode)
    return usageProblem(
      `\`--${options.mode}\` and \`--${mode}\` contradict each other.`,
      'Keep one of them, or leave out both and the bot chooses.',
    );
  return taken({ ...options, mode }, 0);
}

function takeBackup(options: Options, rest: readonly Token[]): Taken | UsageProblem {
  const [file] = rest;
  if (options.backup !== null)
    return usageProblem('`--backup` appears twice.', 'Keep the one that names the file you want to restore.');
  if (file === undefined || isOption(file))
    return usageProblem(
      '`--backup` has no file after it.',
      "Put the name of a file in the site's `backups` directory after it, or leave it out and the bot chooses.",
    );
  const backup = readBackup(file.text);
  return backup.kind === 'problem' ? backup : taken({ ...options, backup: backup.text }, 1);
}

/** Quoted: that text. Unquoted: everything up to the next `--option`, so that tired people need no quotes. */
function takeReason(options: Options, rest: readonly Token[]): Taken | UsageProblem {
  if (options.reason !== null)
    return usageProblem('`--reason` appears twice.', 'Put the whole reason after one `--reason`.');
  const end = rest.findIndex((token) => isOption(token) && token.text.startsWith('--'));
  const words = rest[0]?.quoted ? rest.slice(0, 1) : rest.slice(0, end < 0 ? rest.length : end);
  const inside = words[0]?.quoted ? null : optionInside(words);
  if (inside !== null)
    return usageProblem(
      `${echo(inside.typed)} is inside the reason.`,
      `Type \`${inside.option}\`, or put the reason in quotes.`,
    );
  const reason = words
    .map(({ text, quoted }) => (quoted && words.length > 1 ? `"${text}"` : text))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (reason === '')
    return usageProblem(
      '`--reason` has no text after it.',
      'Say why after it, for example `--reason "checkout is broken"`.',
    );
  const { length } = Array.from(reason);
  if (length > REASON_LENGTH)
    return usageProblem(
      `The reason has ${length} characters, but at most ${REASON_LENGTH} fit.`,
      "Shorten it; the rest can go into the run's thread.",
    );
  return taken({ ...options, reason }, words.length);
}

/**
 * Finds `-dry-run` or `— dry-run` in an unquoted reason. A person who meant the option would get a real rollback, so the bot
 * asks. Other words with a dash before them belong to the reason.
 */
function optionInside(words: readonly Token[]): { readonly typed: string; readonly option: string } | null {
  const unquoted = words.map(({ text, quoted }) => (quoted ? '' : text));
  for (const [index, text] of unquoted.entries()) {
    const before = unquoted[index - 1] ?? '';
    const typed = /^-\p{L}/u.test(text) ? text : DASHES_ALONE.test(before) ? `${before} ${text}` : null;
    const name = letters(text);
    const option = OPTIONS.find((known) => letters(known) === name);
    if (typed !== null && option !== undefined) return { typed, option };
  }
  return null;
}

/** `-Dry_Run=` and `--dry-run` are the same word. */
function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, '');
}
