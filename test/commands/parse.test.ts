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

test.each([
  ['', { kind: 'form', siteText: null }],
  ['   ', { kind: 'form', siteText: null }],
  ['\n', { kind: 'form', siteText: null }],
  ['/rollback', { kind: 'form', siteText: null }],
  ['/rollback status', { kind: 'status', what: null }],
  ['*status* `acme-kitchens-7`', { kind: 'status', what: 'acme-kitchens-7' }],
  ['acme-kitchens', { kind: 'form', siteText: 'acme-kitchens' }],
  ['acme-kitchens@staging', { kind: 'form', siteText: 'acme-kitchens@staging' }],
  ['status', { kind: 'status', what: null }],
  ['Status', { kind: 'status', what: null }],
  ['status acme-kitchens-7', { kind: 'status', what: 'acme-kitchens-7' }],
  ['status acme-kitchens@dev', { kind: 'status', what: 'acme-kitchens@dev' }],
  ['Status Acme-Kitchens-7', { kind: 'status', what: 'acme-kitchens-7' }],
  ['Acme_Kitchens', { kind: 'form', siteText: 'Acme_Kitchens' }],
  ['Acme-kitchens', { kind: 'form', siteText: 'acme-kitchens' }],
  ['history', { kind: 'history', siteText: null }],
  ['History Acme-kitchens@Staging', { kind: 'history', siteText: 'acme-kitchens@staging' }],
  ['history --help', { kind: 'help' }],
  ['sites', { kind: 'sites' }],
  ['factor', { kind: 'factor', word: null }],
  ['Factor abcd-2345', { kind: 'factor', word: 'abcd-2345' }],
  ['cancel acme-kitchens-7', { kind: 'cancel', what: 'acme-kitchens-7' }],
  ['Cancel Acme-kitchens-7', { kind: 'cancel', what: 'acme-kitchens-7' }],
  ['Cancel Acme-kitchens@Dev', { kind: 'cancel', what: 'acme-kitchens@dev' }],
  ['Undo Acme-kitchens-7', { kind: 'undo', what: 'acme-kitchens-7', reason: null, dryRun: false }],
  ['undo acme-kitchens-7', { kind: 'undo', what: 'acme-kitchens-7', reason: null, dryRun: false }],
  [
    'Undo acme-kitchens@staging --dry-run --reason it was the wrong site',
    { kind: 'undo', what: 'acme-kitchens@staging', reason: 'it was the wrong site', dryRun: true },
  ],
  ['undo --help', { kind: 'help' }],
  ['help', { kind: 'help' }],
  ['help me', { kind: 'help' }],
  ['--help', { kind: 'help' }],
  ['—help', { kind: 'help' }],
  ['-h', { kind: 'help' }],
  ['cancel --help', { kind: 'help' }],
  ['acme-kitchens v0.5.0 --help', { kind: 'help' }],
])('%j is understood', (text, command) => {
  expect(parseCommand(text)).toEqual(command);
});

test.each([
  'release/1.2',
  'prod@2026-11-30',
  'theme_a/v0.5.0',
  '@sum/site@1.2.3',
  'v1.0.0+build.7',
  'v1.0#2',
  'latest',
  'Release-V0.5.0',
  'größe-2',
  '版本1',
  '2026.11.30_07',
  'v1é',
  `v${'1'.repeat(199)}`,
])('%s is a version, because git takes it as the name of a tag', (version) => {
  expect(parseCommand(`acme-kitchens ${version}`)).toEqual(rollback({ version }));
  expect(parseCommand(`acme-kitchens ${version} --code-only`)).toEqual(
    rollback({ version, mode: 'code-only' }),
  );
});

test.each(['by hand.sql.gz', 'größe (2).sql.gz', 'acme@2026-11-30T07:03:57+01:00.sql.gz'])(
  '%s is the name of a backup',
  (backup) => {
    expect(parseCommand(`acme-kitchens v0.5.0 --backup "${backup}"`)).toEqual(rollback({ backup }));
  },
);

test.each([
  ['Acme Kitchens release/1.2', 'release/1.2'],
  ['Acme Kitchens prod@2026-11-30 --full', 'prod@2026-11-30'],
])('the words before such a tag are the name of the site: %s', (text, version) => {
  expect(parseCommand(text)).toMatchObject({ kind: 'rollback', siteText: 'Acme Kitchens', version });
});

test.each<[string, RollbackCommand]>([
  ['acme-kitchens v0.5.0', rollback()],
  ['  acme-kitchens   v0.5.0  ', rollback()],
  ['acme-kitchens\u00a0v0.5.0', rollback()],
  ['acme-kitchens\tv0.5.0\n', rollback()],
  ['\nacme-kitchens\r\nv0.5.0\r\n--dry-run', rollback({ dryRun: true })],
  ['acme-kitchens v0.5.0 --reason "checkout\n\tis broken"\n', rollback({ reason: 'checkout is broken' })],
  ['/rollback acme-kitchens v0.5.0', rollback()],
  [' /Rollback  acme-kitchens v0.5.0', rollback()],
  ['`/rollback acme-kitchens v0.5.0`', rollback()],
  ['```acme-kitchens v0.5.0```', rollback()],
  ['`acme-kitchens` v0.5.0', rollback()],
  ['*acme-kitchens* _v0.5.0_ ~--dry-run~', rollback({ dryRun: true })],
  ['*_`acme-kitchens`_* **v0.5.0**', rollback()],
  ['_acme-kitchens_ v0.5.0 --backup a_db_b.sql.gz', rollback({ backup: 'a_db_b.sql.gz' })],
  [
    '`acme-kitchens` v0.5.0 --dry-run —reason *nobody* can pay, `/rollback` or not, _really_',
    rollback({ dryRun: true, reason: '*nobody* can pay, `/rollback` or not, _really_' }),
  ],
  ['Acme-kitchens v0.5.0', rollback()],
  ['ACME-KITCHENS V0.5.0', rollback()],
  ['Acme-Kitchens@Staging v0.5.0', rollback({ siteText: 'acme-kitchens@staging' })],
  // Whether there is a site of that name or domain is for findSite to say.
  ['Acme Kitchens v0.5.0', rollback({ siteText: 'Acme Kitchens' })],
  ['"Acme Kitchens" v0.5.0', rollback({ siteText: 'Acme Kitchens' })],
  ["O'Brien & Söhne v0.5.0 --full", rollback({ siteText: "O'Brien & Söhne", mode: 'full' })],
  ['deploy acme-kitchens to V0.5.0', rollback({ siteText: 'deploy acme-kitchens to' })],
  ['Acme_Kitchens v0.5.0', rollback({ siteText: 'Acme_Kitchens' })],
  ['acme.example v0.5.0', rollback({ siteText: 'acme.example' })],
  ['<http://acme.example|acme.example> v0.5.0', rollback({ siteText: 'acme.example' })],
  ['acme-kitchens V1.2.3-RC.1', rollback({ version: 'v1.2.3-RC.1' })],
  ['acme-kitchens@staging 0.5.0', rollback({ siteText: 'acme-kitchens@staging', version: '0.5.0' })],
  ['status@production v0.5.0', rollback({ siteText: 'status@production' })],
  ['acme-kitchens v1.2.3-rc.1+build_5', rollback({ version: 'v1.2.3-rc.1+build_5' })],
  ['acme-kitchens deadbee', rollback({ version: 'deadbee' })],
  ['acme-kitchens DEADBEE', rollback({ version: 'deadbee' })],
  ['acme-kitchens v0.5.0 --full', rollback({ mode: 'full' })],
  ['acme-kitchens v0.5.0 --Full --full', rollback({ mode: 'full' })],
  ['acme-kitchens --code-only v0.5.0', rollback({ mode: 'code-only' })],
  ['acme-kitchens --database-only', rollback({ version: null, mode: 'database-only' })],
  ['acme-kitchens v0.5.0 —full', rollback({ mode: 'full' })],
  ['acme-kitchens v0.5.0 –full', rollback({ mode: 'full' })],
  ['acme-kitchens v0.5.0 ‑—full', rollback({ mode: 'full' })],
  ['acme-kitchens v0.5.0 --dry-run', rollback({ dryRun: true })],
  ['acme-kitchens v0.5.0 --Dry-run', rollback({ dryRun: true })],
  ['acme-kitchens v0.5.0 —Dry-Run', rollback({ dryRun: true })],
  ['acme-kitchens v0.5.0 --Reason Kaputt', rollback({ reason: 'Kaputt' })],
  [
    'acme-kitchens v0.5.0 --backup acme-kitchens_db_20261101T020000Z.sql.gz',
    rollback({ backup: 'acme-kitchens_db_20261101T020000Z.sql.gz' }),
  ],
  ['acme-kitchens v0.5.0 --backup=a.sql.gz', rollback({ backup: 'a.sql.gz' })],
  ['acme-kitchens v0.5.0 --reason "checkout is broken"', rollback({ reason: 'checkout is broken' })],
  ['acme-kitchens v0.5.0 --reason="checkout is broken"', rollback({ reason: 'checkout is broken' })],
  [
    'acme-kitchens v0.5.0 —reason “checkout is broken” —full',
    rollback({ reason: 'checkout is broken', mode: 'full' }),
  ],
  ['acme-kitchens v0.5.0 --reason „kaputt“', rollback({ reason: 'kaputt' })],
  ["acme-kitchens v0.5.0 --reason 'it doesn't work'", rollback({ reason: "it doesn't work" })],
  ['acme-kitchens v0.5.0 --reason ‘it doesn’t work’', rollback({ reason: 'it doesn’t work' })],
  [
    "acme-kitchens v0.5.0 --reason it doesn't work --full",
    rollback({ reason: "it doesn't work", mode: 'full' }),
  ],
  ["acme-kitchens v0.5.0 --reason 'til noon", rollback({ reason: "'til noon" })],
  [
    'acme-kitchens v0.5.0 --reason the "pay" button is gone',
    rollback({ reason: 'the "pay" button is gone' }),
  ],
  ['acme-kitchens v0.5.0 --reason "--full is needed"', rollback({ reason: '--full is needed' })],
  ['acme-kitchens v0.5.0 --reason slow — 5 -s- –10 %', rollback({ reason: 'slow — 5 -s- –10 %' })],
  ['acme-kitchens v0.5.0 --reason "broken -dry-run — full"', rollback({ reason: 'broken -dry-run — full' })],
  [
    'acme-kitchens v0.5.0 --reason a full run is dry-run, not -again or — so',
    rollback({ reason: 'a full run is dry-run, not -again or — so' }),
  ],
  ['acme-kitchens v0.5.0 --reason open', rollback({ reason: 'open' })],
  ['acme-kitchens v0.5.0 --reason "open"', rollback({ reason: 'open' })],
  [
    'acme-kitchens v0.5.0 --reason "$(reboot) `id` ; rm -rf /"',
    rollback({ reason: '$(reboot) `id` ; rm -rf /' }),
  ],
  [
    'acme-kitchens v0.5.0 --reason <@U01ALICE|alice>, <!subteam^S01|@oncall> and <#C01OPS|ops> saw <https://acme.example/a|acme.example/a>',
    rollback({ reason: '@alice, @oncall and #ops saw acme.example/a' }),
  ],
  [
    'acme-kitchens v0.5.0 --reason &lt;!channel&gt; &amp;lt; <!here> <https://acme.example>',
    rollback({ reason: '<!channel> &lt; @here https://acme.example' }),
  ],
])('%j is a rollback', (text, command) => {
  expect(parseCommand(text)).toEqual(command);
});

const SITE_FIRST = 'Type, for example, `/rollback acme-kitchens v0.5.0`; put options after that.';

const NO_SITE_NAME = 'is not the name of a site. Names have lower-case letters, digits and dashes.';

const SITES = 'Type `/rollback sites` to see the sites.';

test.each([
  ['https://acme.example v1', `\`https://acme.example\` ${NO_SITE_NAME}`, SITES],
  ['../acme v1', `\`../acme\` ${NO_SITE_NAME}`, SITES],
  ['$(reboot) v1', `\`$(reboot)\` ${NO_SITE_NAME}`, SITES],
  ['`id v1', `\`'id\` ${NO_SITE_NAME}`, SITES],
  ['*acme_ v1', `\`*acme_\` ${NO_SITE_NAME}`, SITES],
  ['/rollback /rollback v1', `\`/rollback\` ${NO_SITE_NAME}`, SITES],
  ['"" v1', `\`(empty)\` ${NO_SITE_NAME}`, SITES],
  ['аcme v1', `\`аcme\` ${NO_SITE_NAME}`, SITES],
  [`${'a'.repeat(99)} v1`, `\`${'a'.repeat(59)}…\` ${NO_SITE_NAME}`, SITES],
  ['acme@staging@dev v1', `\`acme@staging@dev\` ${NO_SITE_NAME}`, SITES],
  ['acme@prod', '`prod` is not an environment.', 'Did you mean `acme@production`?'],
  ['acme@stagign', '`stagign` is not an environment.', 'Did you mean `acme@staging`?'],
  ['acme@moon', '`moon` is not an environment.', 'The environments are `production`, `staging` and `dev`.'],
  [
    'acme@v0.5.0',
    '`v0.5.0` is not an environment; it looks like a version.',
    'Put a space before it: `/rollback acme v0.5.0`.',
  ],
  ['--full acme v1', '`--full` looks like an option, but the site comes first.', SITE_FIRST],
  ['--upload-pack=reboot v1', '`--upload-pack` looks like an option, but the site comes first.', SITE_FIRST],
  [
    'v0.5.0 acme',
    '`v0.5.0` looks like a version, but the site comes first.',
    'Type, for example, `/rollback acme-kitchens v0.5.0`.',
  ],
])('the site of %j is refused', (text, sentence, next) => {
  expect(parseCommand(text)).toEqual(problem(sentence, next));
});
