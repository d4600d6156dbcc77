import { expect, test } from 'vitest';
import { parseCommand, type RollbackCommand } from '../../src/commands/parse.ts';

const ROLLBACK: RollbackCommand = {
  kind: 'rollback',
  siteText: 'acme-kitchens',
  version: 'v0.5.0',
  mode: null,
  backup: null,
  reason: null,
  dryRun: false,
};

const rollback = (changes: Partial<RollbackCommand> = {}) => ({ ...ROLLBACK, ...changes });

const problem = (sentence: string, next: string) => ({ kind: 'problem', sentence, next });

const A_VERSION = 'A version is a tag such as `v0.5.0`, or a commit of 7 to 40 hexadecimal digits.';

const BACKUP_NAME =
  "Give the name of a file in the site's `backups` directory: letters, digits, spaces and `.` `_` `-` `+` `@` `:` `,` `(` `)` `=` `#` `~`.";

const NO_BACKUP =
  "Put the name of a file in the site's `backups` directory after it, or leave it out and the bot chooses.";

test.each([
  ['acme HEAD~1', '`HEAD~1` is not a version.', A_VERSION],
  ['acme refs/tags/v0.5.0', '`refs/tags/v0.5.0` is not a version.', 'Did you mean `v0.5.0`?'],
  ['acme refs/heads/main', '`refs/heads/main` is not a version.', 'Did you mean `main`?'],
  ['acme v0.5..6', '`v0.5..6` is not a version.', A_VERSION],
  ['acme v0.5.0^{}', '`v0.5.0^{}` is not a version.', 'Did you mean `v0.5.0`?'],
  ['acme main@{1}', '`main@{1}` is not a version.', A_VERSION],
  ['acme release//1.2', '`release//1.2` is not a version.', 'Did you mean `1.2`?'],
  ['acme release/.hidden', '`release/.hidden` is not a version.', A_VERSION],
  ['acme v1.lock', '`v1.lock` is not a version.', A_VERSION],
  ['acme "v1 rc"', '`v1 rc` is not a version.', A_VERSION],
  ['acme *', '`*` is not a version.', A_VERSION],
  [`acme v1${'0'.repeat(199)}`, `\`v1${'0'.repeat(57)}…\` is not a version.`, A_VERSION],
  [
    'acme status',
    '`status` is a command, and a command comes first.',
    'Type `/rollback status acme`. To roll back to a tag of that name, type its commit.',
  ],
  [
    'acme "--upload-pack=reboot"',
    '`--upload-pack=reboot` looks like an option, but a version belongs here.',
    A_VERSION,
  ],
  ['acme -1', '`-1` looks like an option, but a version belongs here.', A_VERSION],
  [
    'acme --full',
    'The version is missing.',
    'Type, for example, `/rollback acme v0.5.0`, or only `/rollback acme` to choose in a form.',
  ],
  [
    'acme v0.5.0 --database-only',
    '`--database-only` leaves the code as it is, so it takes no version such as `v0.5.0`.',
    'Leave out the version, or leave out `--database-only` to roll back the code, too.',
  ],
  [
    'acme $(reboot) v1',
    'There is one word too many: `v1`.',
    'A rollback is `/rollback SITE VERSION`; a reason goes after `--reason`.',
  ],
  [
    'acme release/1.2 now',
    'There is one word too many: `now`.',
    'A rollback is `/rollback SITE VERSION`; a reason goes after `--reason`.',
  ],
  ['acme — database-only', '`— database-only` has a space after the dash.', 'Type `--database-only`.'],
  ['acme v0.5.0 - Code-Only', '`- Code-Only` has a space after the dash.', 'Type `--code-only`.'],
  [
    'acme — v0.5.0',
    '`—` is a dash on its own.',
    'Options have no space after their dashes, for example `--code-only`.',
  ],
  [
    'Acme Kitchens v0.5.0 now',
    'There is one word too many: `now`.',
    'A rollback is `/rollback SITE VERSION`; a reason goes after `--reason`.',
  ],
  [
    'acme v0.5.0 now',
    'There is one word too many: `now`.',
    'A rollback is `/rollback SITE VERSION`; a reason goes after `--reason`.',
  ],
  [
    'acme v0.5.0 --reason "broken" since noon',
    'There is one word too many: `since`.',
    'A rollback is `/rollback SITE VERSION`; a reason goes after `--reason`.',
  ],
])('the version of %j is refused', (text, sentence, next) => {
  expect(parseCommand(text)).toEqual(problem(sentence, next));
});

test.each([
  ['--ful', '`--ful` is not an option.', 'Did you mean `--full`?'],
  ['-full', '`-full` is not an option.', 'Did you mean `--full`?'],
  ['--dryrun', '`--dryrun` is not an option.', 'Did you mean `--dry-run`?'],
  ['--database', '`--database` is not an option.', 'Did you mean `--database-only`?'],
  [
    '--db-only',
    '`--db-only` is not an option.',
    'The options are `--full`, `--code-only`, `--database-only`, `--backup`, `--reason`, `--dry-run`, `--help`.',
  ],
  [
    '--full --code-only',
    '`--full` and `--code-only` contradict each other.',
    'Keep one of them, or leave out both and the bot chooses.',
  ],
  [
    '--code-only --backup a.sql.gz',
    '`--code-only` restores no database, so it takes no `--backup`.',
    'Leave out one of the two.',
  ],
  ['--backup', '`--backup` has no file after it.', NO_BACKUP],
  ['--backup --full', '`--backup` has no file after it.', NO_BACKUP],
  ['--backup= --full', '`--backup=` is not an option.', 'Did you mean `--backup`?'],
  [
    '--backup a.sql.gz --backup b.sql.gz',
    '`--backup` appears twice.',
    'Keep the one that names the file you want to restore.',
  ],
  [
    '--backup ../../etc/passwd',
    '`../../etc/passwd` is not the plain name of a backup file.',
    'Give the name without its directory: `--backup passwd`.',
  ],
  ['--backup ..', '`..` is not the plain name of a backup file.', BACKUP_NAME],
  ['--backup ""', '`(empty)` is not the plain name of a backup file.', BACKUP_NAME],
  ['--backup "-rf"', '`-rf` is not the plain name of a backup file.', BACKUP_NAME],
  ['--backup $(reboot)', '`$(reboot)` is not the plain name of a backup file.', BACKUP_NAME],
  [
    '--reason',
    '`--reason` has no text after it.',
    'Say why after it, for example `--reason "checkout is broken"`.',
  ],
  [
    '--reason --full',
    '`--reason` has no text after it.',
    'Say why after it, for example `--reason "checkout is broken"`.',
  ],
  [
    '--reason " "',
    '`--reason` has no text after it.',
    'Say why after it, for example `--reason "checkout is broken"`.',
  ],
  ['--reason a --reason b', '`--reason` appears twice.', 'Put the whole reason after one `--reason`.'],
  [
    '--reason it is slow —again',
    '`--again` is not an option.',
    'If this belongs to the reason, put the reason in quotes.',
  ],
  ...[
    ['-dry-run', '--dry-run'],
    ['-Dry-Run', '--dry-run'],
    ['-dryrun', '--dry-run'],
    ['— dry-run', '--dry-run'],
    ['-- dry-run', '--dry-run'],
    ['-full', '--full'],
    ['-code-only', '--code-only'],
    ['– database-only', '--database-only'],
    ['-backup', '--backup'],
    ['-reason', '--reason'],
    ['-help', '--help'],
  ].map(([typed, option]) => [
    `--reason the "pay" button is broken ${typed} since noon`,
    `\`${typed}\` is inside the reason.`,
    `Type \`${option}\`, or put the reason in quotes.`,
  ]),
  [
    `--reason ${'a'.repeat(501)}`,
    'The reason has 501 characters, but at most 500 fit.',
    "Shorten it; the rest can go into the run's thread.",
  ],
  [
    '--reason "it is',
    'A quote opens but never closes.',
    'Put a quote at both ends of the text, or at neither.',
  ],
  [
    '--reason “it is',
    'A quote opens but never closes.',
    'Put a quote at both ends of the text, or at neither.',
  ],
])('the option in a rollback with %j is refused', (options, sentence, next) => {
  expect(parseCommand(`acme v0.5.0 ${options}`)).toEqual(problem(sentence, next));
});

test.each([
  [
    'cancle acme-kitchens-7',
    '`cancle` is not a command.',
    'Did you mean `/rollback cancel acme-kitchens-7`?',
  ],
  ['histroy acme-kitchens', '`histroy` is not a command.', 'Did you mean `/rollback history acme-kitchens`?'],
  [
    'history acme birch',
    'There is one word too many: `birch`.',
    'Name one site, for example `/rollback history acme-kitchens`.',
  ],
  ['history --all', '`history` has no option `--all`.', 'Type `/rollback history` without it.'],
  [
    'history v0.5.0',
    '`v0.5.0` looks like a version, but the site comes first.',
    'Type, for example, `/rollback acme-kitchens v0.5.0`.',
  ],
  [
    'cancel',
    '`cancel` needs the run to cancel.',
    'Type, for example, `/rollback cancel acme-kitchens-7`; `/rollback status` lists the runs.',
  ],
  [
    'cancel acme-7 acme-8',
    'There is one word too many: `acme-8`.',
    'Name one run or one site, for example `/rollback cancel acme-kitchens-7`.',
  ],
  ['cancel acme-7 --force', '`cancel` has no option `--force`.', 'Type `/rollback cancel` without it.'],
  [
    'factor ABCD-2345 x',
    'There is one word too many: `x`.',
    'Type `/rollback factor` alone, or with the word of your invitation.',
  ],
  ['factor --new', '`factor` has no option `--new`.', 'Type `/rollback factor` without it.'],
  [
    'undo',
    '`undo` needs the run to undo.',
    'Type, for example, `/rollback undo acme-kitchens-7`; `/rollback status` lists the runs.',
  ],
  [
    'undo acme-7 v0.5.0',
    'There is one word too many: `v0.5.0`.',
    'Type, for example, `/rollback undo acme-kitchens-7`; a reason goes after `--reason`.',
  ],
  [
    'undo acme-7 --code-only',
    '`undo` has no option `--code-only`: it brings back exactly what was there before that run.',
    'Type, for example, `/rollback undo acme-kitchens-7`. Only `--reason` and `--dry-run` may follow.',
  ],
  [
    'undo acme-7 --backup a.sql.gz',
    '`undo` has no option `--backup`: it brings back exactly what was there before that run.',
    'Type, for example, `/rollback undo acme-kitchens-7`. Only `--reason` and `--dry-run` may follow.',
  ],
  [
    'undo acme.example',
    '`acme.example` is neither a run nor a site.',
    'Type, for example, `/rollback undo acme-kitchens-7`; `/rollback status` lists the runs.',
  ],
  [
    'undo #7',
    '`#7` is neither a run nor a site.',
    'Type, for example, `/rollback undo acme-kitchens-7`; `/rollback status` lists the runs.',
  ],
  ['sites acme', 'There is one word too many: `acme`.', 'Type `/rollback sites` alone.'],
  [
    'status #7',
    '`#7` is neither a run nor a site.',
    'Type, for example, `/rollback status acme-kitchens-7`; `/rollback status` lists the runs.',
  ],
])('the command %j is refused', (text, sentence, next) => {
  expect(parseCommand(text)).toEqual(problem(sentence, next));
});

test.each([
  ['\u0000', 'U+0000, a null character'],
  ['\v', 'U+000B, a control character'],
  ['\u001b[2J', 'U+001B, an escape character'],
  ['\u0007', 'U+0007, a control character'],
  ['\u009b', 'U+009B, a control character'],
  ['\u200b', 'U+200B, a zero-width space'],
  ['\u202e', 'U+202E, a right-to-left override'],
  ['\u2066', 'U+2066, a left-to-right isolate'],
  ['\u2028', 'U+2028, a line separator'],
  ['\ufeff', 'U+FEFF, a byte order mark'],
  ['\u{e0041}', 'U+E0041, an invisible character'],
  ['\ud800', 'U+D800, an invisible character'],
  ['\ufe0f', 'U+FE0F, a variation selector'],
  ['\u3164', 'U+3164, a Hangul filler'],
  ['\u200d', 'U+200D, an invisible character'],
])('a command with %j is refused by its name', (character, name) => {
  expect(parseCommand(`acme v0.5.0 --reason a${character}b`)).toEqual(
    problem(`The command contains an invisible character: ${name}.`, 'Type the command by hand.'),
  );
});

test('emoji and other languages are welcome in a reason', () => {
  expect(parseCommand('acme-kitchens v0.5.0 --reason 👩‍🚒 ❤️ Küche brennt, 厨房')).toEqual(
    rollback({ reason: '👩‍🚒 ❤️ Küche brennt, 厨房' }),
  );
});

test('a very long command is refused without being read', () => {
  expect(parseCommand('"'.repeat(1001))).toEqual(
    problem(
      'The command has 1001 characters, but at most 1000 fit.',
      "Shorten the reason; the rest can go into the run's thread.",
    ),
  );
});
