import { codeOnly, full, type Row, refused } from './row.ts';

const [acme, birch, cedar, dune] = ['acme-kitchens', 'birch-bakery', 'cedar-clinic', 'dune-dental'] as const;

/** A name is taken for a version: the repository knows which words are tags, and git which words can be. */
const TAGS: readonly Row[] = [
  {
    site: birch,
    name: 'a tag with a slash',
    prepared: 'odd-tags',
    asks: 'release/1.2',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'pub-dev#6769, nomad-pack#410: tags with a slash, taken for no version; git check-ref-format takes them',
  },
  {
    site: birch,
    name: 'a tag with an at sign',
    prepared: 'odd-tags',
    asks: 'prod@2026-11-30',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'mbarbin/vcs#133, evm-monorepo#1473: `@` and `#` are in the tags of most monorepos',
  },
  {
    site: birch,
    name: 'a namespaced tag of a theme, with a build number',
    prepared: 'odd-tags',
    asks: 'theme_a/v0.5.0+build.7',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'platform 5: .sum/stack.yml names namespaced tags like theme_a/v0.5.0',
  },
  {
    site: birch,
    name: 'a tag before a branch of that name, and says so',
    prepared: 'branch-named-as-the-tag',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0', 'There is a branch with the name of the tag v0.5.0'),
    why: 'twgit#40, adminerevo#32: git itself takes the branch, which has other code, with one line of warning',
  },
  {
    site: birch,
    name: 'not a branch, but gives the commit that it has now',
    asks: 'main',
    expected: refused(
      'version-unknown',
      'main is a branch of this site, and a branch moves on',
      '{short:v0.6.0}',
    ),
    why: 'runbook 1: a rollback goes to a version; what main is, is something else tomorrow',
  },
];

/** A name is taken for a time. */
const TIMES: readonly Row[] = [
  {
    site: acme,
    name: 'the newest backup, although its name is in local time',
    prepared: 'backup-named-by-local-time',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'prepared', 'exactly 1 hour apart, so the name is in local time'),
    why: 'bitwarden/self-host#92, scirius#73, bakthat#50, databacker/mysql-backup#135: by its name it was taken after the migration',
  },
  {
    site: cedar,
    name: 'the good backup, although its name ends in a Z that is not true',
    prepared: 'backup-named-with-a-false-z',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'prepared', 'exactly 1 hour apart, so the name is in local time'),
    why: 'grml-etc-core#60: `date +…Z` without -u writes local time with a Z; the file cannot be older than what is in it',
  },
  {
    site: acme,
    name: 'a copy in local time by the migrations in it, and says which time counts',
    prepared: 'backup-copied',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'prepared', 'a file is never older than the backup in it'),
    why: 'prism#438, carbonate#94: copying gives dumps another time, so neither name nor file says before or after',
  },
];

/** A backup that the bot can't judge makes no older one the proposal. */
const BACKUPS_TO_CHOOSE: readonly Row[] = [
  {
    site: acme,
    name: 'no older backup on its own if it may not read the newest, but the command for it',
    prepared: 'backup-of-root',
    asks: 'v0.5.0',
    expected: refused(
      'backup-unjudged',
      "can't judge the backup {backup:fresh}",
      '/rollback acme-kitchens@production v0.5.0 --backup {backup:yesterday}',
    ),
    why: 'pgbackrest#1693: a job of root leaves files that the site’s user may not read; one day of leads would be lost for that',
  },
  {
    site: acme,
    name: 'the older backup if people name it',
    prepared: 'backup-of-root',
    asks: 'v0.5.0 --backup {backup:yesterday}',
    expected: full('v0.5.0', 'yesterday'),
    why: 'people chose it with its loss in front of them',
  },
];

/** Requirements as pip-tools, uv and people write them. */
const PINS: readonly Row[] = [
  {
    site: dune,
    name: 'the commit that ran here last with that pin, in a file of a file',
    prepared: 'pins-in-further-files',
    asks: 'v0.5.3',
    expected: full('prepared', 'good'),
    why: 'pip-tools#1063, visma confused#3, pleasings#39: nested and annotated requirements; an older commit was taken, which had the pin in requirements.txt itself',
  },
  {
    site: dune,
    name: 'the commit that ran here last with the commit of that tag, as uv writes it',
    prepared: 'pins-exported-by-uv',
    asks: 'v0.5.3',
    expected: full('prepared', 'good'),
    why: 'uv#3938: `uv pip compile` and `uv export` replace a git tag by its commit, so the word v0.5.3 is nowhere',
  },
  {
    site: dune,
    name: 'the commit that ran here last with that tag of an editable checkout',
    prepared: 'pins-of-a-checkout',
    asks: 'v0.5.3',
    expected: full('prepared', 'good'),
    why: 'pip, VCS Support: `-e git+…@tag#egg=name&subdirectory=…` installs a checkout, of which pip writes down no commit',
  },
  {
    site: dune,
    name: 'no older commit on its own if it cannot read what a newer one pins',
    prepared: 'pins-that-nobody-can-read',
    asks: 'v0.5.3',
    expected: refused(
      'version-unread',
      'requirements.txt includes https://pins.example/base.txt',
      '{short:prepared}',
      'it pins v0.5.3',
    ),
    why: 'pip, Requirements File Format: -r takes an address; what is there today says nothing of that day',
  },
];

const ENVIRONMENTS: readonly Row[] = [
  {
    site: birch,
    name: 'the code on a host where uv makes the environments',
    prepared: 'environment-of-uv',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'uv, Python environments: `uv venv` installs no pip, so such hosts often lack python3-venv, and `python -m venv` fails there',
  },
];

/** Rows in django_migrations that no code knows any more. */
const OLD_ROWS: readonly Row[] = [
  {
    site: birch,
    name: 'the code, although rows of an app are left that is gone',
    prepared: 'rows-of-an-app-that-is-gone',
    asks: 'v0.5.0 --code-only',
    expected: codeOnly('Start', 'v0.5.0', 'legacy_blog.0001_initial, website.0000_gone', 'count for nothing'),
    why: 'django#15240 (ticket 26760), foundation.mozilla.org#8373, koku#3271, django-two-factor-auth#791: apps removed and migrations deleted after a squash leave their rows for ever',
  },
  {
    site: acme,
    name: 'the full rollback, although such rows are left',
    prepared: 'rows-of-an-app-that-is-gone',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh', 'legacy_blog.0001_initial, website.0000_gone'),
    why: 'as before, with a migration that really has to go',
  },
  {
    site: birch,
    name: 'not a guess about a row that is younger than the last time of the target',
    prepared: 'young-row-of-nobody',
    asks: 'v0.5.0',
    expected: refused(
      'cannot-tell-migrations',
      'legacy_blog.0001_initial',
      'nothing says that the target ran here after that',
    ),
    why: 'platform 0.6: whatever came after the target may lose data under it',
  },
];

export const VERSIONS_AND_NAMES = {
  [acme]: [...TIMES, ...BACKUPS_TO_CHOOSE, ...OLD_ROWS].filter(({ site }) => site === acme),
  [birch]: [...TAGS, ...ENVIRONMENTS, ...OLD_ROWS].filter(({ site }) => site === birch),
  [cedar]: TIMES.filter(({ site }) => site === cedar),
  [dune]: PINS,
};
