import { BACK } from './birch-bakery.ts';
import { codeOnly, type HostExpected, type Row, refused } from './row.ts';

const site = 'birch-bakery';

const AT_TARGET: HostExpected = { ...BACK, version: 'prepared', sumCore: '0.5.0' };

/** What a checkout has trouble with: seen in the tree built aside, with the site up. v0.5.8 is the target, v0.5.9 is live. */
export const TREE: readonly Row[] = [
  {
    site,
    name: 'the code with its submodules, although settings hide them from git status',
    prepared: 'submodule-at-another-commit',
    asks: 'v0.5.8',
    expected: codeOnly('Start', 'prepared'),
    played: {
      end: 'back',
      after: { ...AT_TARGET, files: { 'theme/theme.css': 'one', 'theme/vendor/icons/icons.svg': 'icons' } },
    },
    why: 'mynewt-newt#141, osqp-eigen#46, mina#506: a checkout leaves submodules as they are',
    byHand:
      '`git ls-tree v0.5.8 theme` and `git -C theme rev-parse HEAD` differ; `git submodule update` after the checkout helps',
  },
  {
    site,
    name: 'the code with a submodule that live does not have',
    prepared: 'submodule-only-in-target',
    asks: 'v0.5.8',
    expected: codeOnly('Start', 'prepared'),
    played: {
      end: 'back',
      after: { ...AT_TARGET, files: { 'theme/theme.css': 'two', 'theme/vendor/icons/icons.svg': 'icons' } },
    },
    why: 'EOSIO/eos#3426: a copy stays in .git/modules, so an old version needs no network; an empty folder passes git status',
    byHand:
      '`git checkout v0.5.8` leaves theme empty; `git submodule update --init --recursive` fills it from .git/modules',
  },
  {
    site,
    name: 'the code without a submodule that only live has',
    prepared: 'submodule-only-in-live',
    asks: 'v0.5.8',
    expected: codeOnly('Start', 'prepared'),
    played: { end: 'back', after: { ...AT_TARGET, files: { 'theme/theme.css': null, 'theme/dist': null } } },
    why: 'actions/checkout#624, buildbot#4719, capistrano#135: the folder of a submodule that is gone stays behind',
    byHand:
      '`git checkout v0.5.8` warns "unable to rmdir \'theme\'", and `git status` shows theme/ as untracked',
  },
  {
    site,
    name: 'the code with submodules that were never checked out here',
    prepared: 'submodules-that-nobody-checks-out',
    asks: 'v0.5.8',
    expected: codeOnly('Start', 'prepared'),
    why: 'gitsubmodules(7): a clone without --recurse-submodules leaves their folders empty, and the site runs without them',
    byHand:
      '`git submodule status` has a "-" in front of theme, and its folder is empty: this site runs without it',
  },
  {
    site,
    name: 'which submodule cannot be had, and the command that gets it',
    prepared: 'submodule-without-repository',
    asks: 'v0.5.8',
    expected: refused(
      'target-not-installable',
      'the submodule theme',
      'git clone --no-checkout --separate-git-dir=',
    ),
    why: 'actions/checkout#988: a submodule that this clone has never had',
    byHand:
      '`git show v0.5.8:.gitmodules` names /tmp/theme.git, which is gone, and .git/modules has no copy of theme',
  },
  {
    site,
    name: 'which files git shows as changed as soon as it has checked them out',
    prepared: 'line-ends-unlike-attributes',
    asks: 'v0.5.8',
    expected: refused('target-not-installable', 'notes.txt', 'git add --renormalize'),
    why: 'gitattributes(5), “End-of-line conversion”: CRLF in the repository under `text`',
    byHand:
      '`git status` in a fresh clone of v0.5.8 shows notes.txt as changed; `git ls-files --eol` says i/crlf attr/text',
  },
  {
    site,
    name: 'which filter is missing',
    prepared: 'filter-is-gone',
    asks: 'v0.5.8',
    expected: refused('target-not-installable', 'Install git-lfs on the host'),
    why: 'git-lfs#4095, #911: “smudge filter lfs failed” ends the checkout in its middle',
    byHand: '`git checkout v0.5.8` in a clone with the same settings ends with "git-lfs: not found"',
  },
  {
    site,
    name: 'which files would become pointers of Git LFS',
    prepared: 'files-in-lfs',
    asks: 'v0.5.8',
    expected: refused('target-not-installable', 'logo.psd', 'git lfs install'),
    why: 'git-lfs#663: without the filter git checks the pointer out and says nothing',
    byHand:
      '`git show v0.5.8:logo.psd | head -1` prints the line of a pointer, and `git config filter.lfs.smudge` prints nothing',
  },
  {
    site,
    name: 'which file was changed by hand and hidden from git status',
    prepared: 'file-hidden-from-status',
    asks: 'v0.5.8',
    expected: refused('dirty-tree', 'local.py', 'git update-index --no-skip-worktree local.py'),
    why: 'vgstation13#20458, ohmyzsh#9745: skip-worktree for local settings; a checkout that changes the file stops there',
    byHand:
      '`git ls-files -v` has an S in front of local.py; `git checkout v0.5.8` says that it would be overwritten, and stops',
  },
];

/** What the login's own surroundings do to answers: nothing, or the bot says what stands in the way. */
export const LOGIN: readonly Row[] = [
  {
    site,
    name: 'the code, although the login greets everyone who comes',
    prepared: 'bashrc-prints',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'ansible#2268, mscdex/ssh2#509, soravux/scoop#53: bash reads ~/.bashrc for commands of sshd, and theirs prints',
    byHand: '`ssh deploy@host true` prints Welcome; the first line of .bashrc does that',
  },
  {
    site,
    name: 'the code to its end, whatever start-up files print, set, define and change',
    prepared: 'bashrc-meddles',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0', 'Health: *200 ok*'),
    played: { end: 'back', after: BACK },
    why: 'man bash (BASH_ENV, exported functions), git(1), libpq, pip and curl list what the environment and ~/.curlrc change; none of it is the site’s',
    byHand:
      '`ssh deploy@host env` shows GIT_DIR=/nowhere and PGHOST=nowhere of .bashrc; /proc/PID/environ of gunicorn has neither',
  },
  {
    site,
    name: 'what the login ran instead of the command',
    prepared: 'bashrc-starts-another-shell',
    asks: 'v0.5.0',
    expected: refused('host-errored', 'did not run the bot', 'exec: fish: not found', '~/.bashrc'),
    why: 'fish-shell#8036: start-up files that replace the shell; here fish is gone, and nothing after it runs',
    byHand: '`ssh deploy@host true` says "exec: fish: not found", while /health/ answers 200',
  },
  {
    site,
    name: 'the code, whatever git is configured to show',
    prepared: 'git-configured',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'git-config(1): settings of log, status, color, column, diff, submodule and hooks that change what porcelain prints',
    byHand:
      '`git config --global --list` shows those settings; with GIT_CONFIG_GLOBAL=/dev/null git answers as anywhere else',
  },
  {
    site,
    name: 'the code although live is signed, and git shows signatures',
    prepared: 'git-shows-signatures',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'git-tools#80, ghostty#11094, openwrt#14650, desktop#5477: log.showSignature prints in front of what --format asked for',
    byHand:
      '`git log -1 --format=%H` prints "No signature" before the hash; with --no-show-signature it prints the hash alone',
  },
  {
    site,
    name: 'that sudo wants a terminal, and the line that ends that',
    prepared: 'sudo-wants-a-terminal',
    asks: 'v0.5.0',
    expected: refused('rights-missing', 'you must have a tty to run sudo', 'Defaults:deploy !requiretty'),
    why: 'ansible-role-blackfire#15, rundeck#3475, deployer#953: Defaults requiretty, all rights are there',
    byHand:
      '`sudo -n -l` over ssh says "you must have a tty to run sudo"; after `ssh -t` it lists every right',
  },
  {
    site,
    name: 'that sudo has lost its bit',
    prepared: 'sudo-without-its-bit',
    asks: 'v0.5.0',
    expected: refused('rights-missing', 'must be owned by uid 0', 'chmod 4755 /usr/bin/sudo'),
    why: 'konstruktoid/hardening#544, pavois#126: a hardening took the bit from /usr/bin/sudo; sudo says so in its own sentence',
    byHand: '`ls -l /usr/bin/sudo` shows -rwxr-xr-x, without an s',
  },
  {
    site,
    name: 'that Python is missing',
    prepared: 'python-missing',
    asks: 'v0.5.0',
    expected: refused('host-errored', 'python3 is missing on the host', 'apt-get install python3'),
    why: 'ansible#44231: a missing Python is reported as an error of the connection',
    byHand:
      '`python3` is "command not found", and `ls -lL venv/bin/python` finds nothing behind the link: no version would start',
  },
];
