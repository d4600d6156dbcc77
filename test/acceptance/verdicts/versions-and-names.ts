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
    byHand: '`git rev-parse "release/1.2^{}" "v0.5.0^{}"` prints one commit twice',
  },
  {
    site: birch,
    name: 'a tag with an at sign',
    prepared: 'odd-tags',
    asks: 'prod@2026-11-30',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'mbarbin/vcs#133, evm-monorepo#1473: `@` and `#` are in the tags of most monorepos',
    byHand: '`git tag --points-at "v0.5.0^{}"` lists prod@2026-11-30 beside v0.5.0',
  },
  {
    site: birch,
    name: 'a namespaced tag of a theme, with a build number',
    prepared: 'odd-tags',
    asks: 'theme_a/v0.5.0+build.7',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'platform 5: .sum/stack.yml names namespaced tags like theme_a/v0.5.0',
    byHand: '`git tag --points-at "v0.5.0^{}"` lists theme_a/v0.5.0+build.7 beside v0.5.0',
  },
  {
    site: birch,
    name: 'a tag before a branch of that name, and says so',
    prepared: 'branch-named-as-the-tag',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0', 'There is a branch with the name of the tag v0.5.0'),
    why: 'twgit#40, adminerevo#32: git itself takes the branch, which has other code, with one line of warning',
    byHand:
      '`git show-ref v0.5.0` shows a branch and a tag, and `git checkout v0.5.0` would take the branch, which is main',
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
    byHand: '`git show-ref main` shows branches alone; today they stand at the commit of v0.6.0',
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
    byHand:
      '`ls -l` dates it five minutes before 0003, its name 55 minutes after; `zgrep` finds no 0003_split_lead_name in it',
  },
  {
    site: cedar,
    name: 'the good backup, although its name ends in a Z that is not true',
    prepared: 'backup-named-with-a-false-z',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'prepared', 'exactly 1 hour apart, so the name is in local time'),
    why: 'grml-etc-core#60: `date +…Z` without -u writes local time with a Z; the file cannot be older than what is in it',
    byHand:
      '`ls -l` dates it four minutes before 0003, its name 56 minutes after; `zgrep` finds no 0003_split_lead_name in it',
  },
  {
    site: acme,
    name: 'a copy in local time by the migrations in it, and says which time counts',
    prepared: 'backup-copied',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'prepared', 'a file is never older than the backup in it'),
    why: 'prism#438, carbonate#94: copying gives dumps another time, so neither name nor file says before or after',
    byHand:
      '`zgrep` finds no 0003_split_lead_name in it: it was taken before that, whatever its name and `ls -l` say',
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
    byHand:
      '`zcat` of the newest says "Permission denied", and `ls -l` shows root as its owner; `chown deploy` makes it usable',
  },
  {
    site: acme,
    name: 'the older backup if people name it',
    prepared: 'backup-of-root',
    asks: 'v0.5.0 --backup {backup:yesterday}',
    expected: full('v0.5.0', 'yesterday'),
    why: 'people chose it with its loss in front of them',
    byHand:
      '`zgrep` finds 0002_phone_featured and no 0003_split_lead_name in it; it lacks the leads of the last day',
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
    byHand:
      '`git show` of that commit: requirements.txt leads to live.txt, that to base.txt, and there stands v0.5.3',
  },
  {
    site: dune,
    name: 'the commit that ran here last with the commit of that tag, as uv writes it',
    prepared: 'pins-exported-by-uv',
    asks: 'v0.5.3',
    expected: full('prepared', 'good'),
    why: 'uv#3938: `uv pip compile` and `uv export` replace a git tag by its commit, so the word v0.5.3 is nowhere',
    byHand:
      '`git ls-remote /srv/git/sum-core.git "v0.5.3^{}"` prints the very commit that requirements.txt pins there',
  },
  {
    site: dune,
    name: 'the commit that ran here last with that tag of an editable checkout',
    prepared: 'pins-of-a-checkout',
    asks: 'v0.5.3',
    expected: full('prepared', 'good'),
    why: 'pip, VCS Support: `-e git+…@tag#egg=name&subdirectory=…` installs a checkout, of which pip writes down no commit',
    byHand:
      '`git show` of its requirements.txt has --editable= with @v0.5.3; no later commit in `git reflog` has that',
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
    byHand:
      '`git show` of a newer requirements.txt has https://pins.example/base.txt alone, and curl does not reach that',
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
    byHand:
      '`ls venv/bin` shows no pip, but `git diff v0.5.0 v0.5.1 -- requirements.txt` is empty: there is nothing to install',
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
    byHand:
      'django_migrations dates both rows March 2024; `git log --all -- legacy_blog` finds no code for them',
  },
  {
    site: acme,
    name: 'the full rollback, although such rows are left',
    prepared: 'rows-of-an-app-that-is-gone',
    asks: 'v0.5.0',
    expected: full('v0.5.0', 'fresh', 'legacy_blog.0001_initial, website.0000_gone'),
    why: 'as before, with a migration that really has to go',
    byHand:
      'django_migrations dates both rows March 2024, and 0003_split_lead_name half an hour back: that one has to go',
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
    byHand:
      'django_migrations dates it today, `git reflog` has v0.5.0 until two days ago, and no code says what it did',
  },
];

export const VERSIONS_AND_NAMES = {
  [acme]: [...TIMES, ...BACKUPS_TO_CHOOSE, ...OLD_ROWS].filter(({ site }) => site === acme),
  [birch]: [...TAGS, ...ENVIRONMENTS, ...OLD_ROWS].filter(({ site }) => site === birch),
  [cedar]: TIMES.filter(({ site }) => site === cedar),
  [dune]: PINS,
};
