import type { Mode } from '../domain/plan/mode.ts';
import { refusedCharacter } from './characters.ts';
import { echo } from './echo.ts';
import { nearest } from './nearest.ts';
import { type Options, readOptions } from './options.ts';
import { type UsageProblem, usageProblem } from './problem.ts';
import { plainWords, typedText } from './slack-text.ts';
import { isOption, type Token, tokenize } from './tokens.ts';
import { parseUndo, type UndoCommand } from './undo.ts';
import { COMMAND_WORDS, looksLikeVersion, readRunOrSite, readSite, readVersion } from './words.ts';

/** What a person wants, as far as the text alone says. Whether the site exists is judged later. */
export type TypedCommand =
  | RollbackCommand
  | { readonly kind: 'form'; readonly siteText: string | null }
  | { readonly kind: 'status'; readonly what: string | null }
  | { readonly kind: 'history'; readonly siteText: string | null }
  | { readonly kind: 'sites' }
  | { readonly kind: 'cancel'; readonly what: string }
  | { readonly kind: 'factor'; readonly word: string | null }
  | UndoCommand
  | { readonly kind: 'help' };

export interface RollbackCommand {
  readonly kind: 'rollback';
  readonly siteText: string;
  /** null for database-only alone. */
  readonly version: string | null;
  readonly mode: Mode | null;
  readonly backup: string | null;
  readonly reason: string | null;
  readonly dryRun: boolean;
}

const TEXT_LENGTH = 1000;

/** Parses the text after `/rollback`, as Slack sends it. */
export function parseCommand(text: string): TypedCommand | UsageProblem {
  if (text.length > TEXT_LENGTH)
    return usageProblem(
      `The command has ${text.length} characters, but at most ${TEXT_LENGTH} fit.`,
      "Shorten the reason; the rest can go into the run's thread.",
    );
  const typed = plainWords(typedText(text));
  const odd = refusedCharacter(typed);
  if (odd !== null)
    return usageProblem(`The command contains an invisible character: ${odd}.`, 'Type the command by hand.');
  const split = tokenize(typed);
  if (split.kind === 'open-quote')
    return usageProblem(
      'A quote opens but never closes.',
      'Put a quote at both ends of the text, or at neither.',
    );
  return parseTokens(split.tokens);
}

function parseTokens(tokens: readonly Token[]): TypedCommand | UsageProblem {
  const [first, ...rest] = tokens;
  if (first === undefined) return { kind: 'form', siteText: null };
  // Phones begin with a capital letter.
  const name = first.text.toLowerCase();
  if (name === 'help' || name === '-h' || name === '--help') return { kind: 'help' };
  const command = COMMAND_WORDS.find((known) => known === name);
  return command === undefined ? parseRollback(first, rest) : parseNamed(command, rest);
}

function parseNamed(
  name: (typeof COMMAND_WORDS)[number],
  rest: readonly Token[],
): TypedCommand | UsageProblem {
  if (name === 'undo') return parseUndo(rest);
  const [what, extra] = rest;
  const option = rest.find(isOption);
  if (name === 'help' || option?.text.toLowerCase() === '--help') return { kind: 'help' };
  if (option !== undefined)
    return usageProblem(
      `\`${name}\` has no option ${echo(option.text)}.`,
      `Type \`/rollback ${name}\` without it.`,
    );
  if (name === 'sites')
    return what === undefined ? { kind: 'sites' } : tooMany(what.text, 'Type `/rollback sites` alone.');
  if (name === 'history') return parseHistory(what, extra);
  if (name === 'factor')
    return extra === undefined
      ? { kind: 'factor', word: what?.text ?? null }
      : tooMany(extra.text, 'Type `/rollback factor` alone, or with the word of your invitation.');
  if (extra !== undefined)
    return tooMany(
      extra.text,
      `Name one run or one site, for example \`/rollback ${name} acme-kitchens-7\`.`,
    );
  if (what === undefined)
    return name === 'status'
      ? { kind: 'status', what: null }
      : usageProblem(
          '`cancel` needs the run to cancel.',
          'Type, for example, `/rollback cancel acme-kitchens-7`; `/rollback status` lists the runs.',
        );
  const read = readRunOrSite(what.text, name);
  return read.kind === 'problem' ? read : { kind: name, what: read.text };
}

function parseHistory(what: Token | undefined, extra: Token | undefined): TypedCommand | UsageProblem {
  if (extra !== undefined)
    return tooMany(extra.text, 'Name one site, for example `/rollback history acme-kitchens`.');
  if (what === undefined) return { kind: 'history', siteText: null };
  const read = readSite(what.text);
  return read.kind === 'problem' ? read : { kind: 'history', siteText: read.text };
}

function parseRollback(first: Token, rest: readonly Token[]): TypedCommand | UsageProblem {
  const site = readSite(first.text);
  const options = readOptions(rest);
  if (options.kind === 'options' && options.help) return { kind: 'help' };
  if (site.kind === 'problem') return site;
  if (options.kind === 'problem') return options;
  if (rest.length === 0) return { kind: 'form', siteText: site.text };
  return options.mode === 'database-only'
    ? databaseOnly(site.text, options)
    : (fullName(first.text, options) ?? withVersion(site.text, options));
}

/** `Acme Kitchens v0.5.0`: the words before the version are the site's full name. `findSite` knows which site has it. */
function fullName(first: string, options: Options): TypedCommand | UsageProblem | null {
  const plain = options.words.findIndex(looksLikeVersion);
  const count = plain >= 0 ? plain : options.words.findIndex(isNumberedTag);
  if (count < 1) return null;
  const name = readSite([first, ...options.words.slice(0, count)].join(' '));
  return name.kind === 'problem'
    ? null
    : withVersion(name.text, { ...options, words: options.words.slice(count) });
}

/** `release/1.2` and `prod@2026-11-30`: no site's name has a number and one of these. */
function isNumberedTag(text: string): boolean {
  return /\d/.test(text) && readVersion(text).kind === 'word';
}

function databaseOnly(site: string, options: Options): TypedCommand | UsageProblem {
  const [version] = options.words;
  if (version !== undefined)
    return usageProblem(
      `\`--database-only\` leaves the code as it is, so it takes no version such as ${echo(version)}.`,
      `Leave out the version, or leave out \`--database-only\` to roll back the code, too.`,
    );
  return rollback(site, null, options);
}

function withVersion(site: string, options: Options): TypedCommand | UsageProblem {
  const [version, extra] = options.words;
  if (version === undefined)
    return usageProblem(
      'The version is missing.',
      `Type, for example, ${echo(`/rollback ${site} v0.5.0`)}, or only ${echo(`/rollback ${site}`)} to choose in a form.`,
    );
  const command = COMMAND_WORDS.find((known) => known === version);
  if (command !== undefined)
    return usageProblem(
      `${echo(version)} is a command, and a command comes first.`,
      `Type ${echo(`/rollback ${command} ${site}`)}. To roll back to a tag of that name, type its commit.`,
    );
  const read = readVersion(version);
  if (read.kind === 'problem' || !looksLikeVersion(version)) {
    const mistyped = notACommand(site, version);
    if (mistyped !== null) return mistyped;
  }
  if (read.kind === 'problem') return read;
  if (extra !== undefined)
    return tooMany(extra, 'A rollback is `/rollback SITE VERSION`; a reason goes after `--reason`.');
  if (options.mode === 'code-only' && options.backup !== null)
    return usageProblem(
      '`--code-only` restores no database, so it takes no `--backup`.',
      'Leave out one of the two.',
    );
  return rollback(site, read.text, options);
}

/** `cancle acme-kitchens-7` reads like a site and a version, but the person meant a command. */
function notACommand(first: string, second: string): UsageProblem | null {
  const meant = readRunOrSite(second, first).kind === 'word' ? nearest(first, COMMAND_WORDS) : null;
  return meant === null
    ? null
    : usageProblem(
        `${echo(first)} is not a command.`,
        `Did you mean ${echo(`/rollback ${meant} ${second}`)}?`,
      );
}

function rollback(siteText: string, version: string | null, options: Options): RollbackCommand {
  const { mode, backup, reason, dryRun } = options;
  return { kind: 'rollback', siteText, version, mode, backup, reason, dryRun };
}

function tooMany(word: string, next: string): UsageProblem {
  return usageProblem(`There is one word too many: ${echo(word)}.`, next);
}
