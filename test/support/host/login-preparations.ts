import type { TestSite } from '../fakes/inventory.ts';
import type { ManualChange } from './manual-change.ts';

/** What the login and its tools were set up to do on the host. All of it is undone. */
export type LoginPreparation =
  | 'bashrc-prints'
  | 'bashrc-meddles'
  | 'bashrc-starts-another-shell'
  | 'git-configured'
  | 'git-shows-signatures'
  | 'sudo-wants-a-terminal'
  | 'sudo-without-its-bit'
  | 'python-missing';

const BASHRC = '/home/deploy/.bashrc';

/** Puts lines in front of the login's .bashrc: a shell that takes commands from sshd reads its first lines. */
function withBashrc(lines: string): ManualChange {
  return {
    do: `[ ! -e ${BASHRC} ] || cp -p ${BASHRC} ${BASHRC}.kept; { cat <<'LINES'\n${lines}\nLINES\n[ ! -e ${BASHRC}.kept ] || cat ${BASHRC}.kept; } > /run/bashrc; install -o deploy /run/bashrc ${BASHRC}`,
    undo: `rm -f ${BASHRC} /home/deploy/.curlrc; [ ! -e ${BASHRC}.kept ] || mv ${BASHRC}.kept ${BASHRC}`,
  };
}

/** As they come in real ones, and worse: each of these lines changed an answer or stopped a step. */
const MEDDLING = `printf 'no line end'
printf 'warning: no display' >&2
trap 'echo bye; exit 3' EXIT
set -u
umask 077
cd /tmp
alias git='git --no-pager'
git() { echo "git $*"; command git "$@"; }
export -f git
sudo() { echo asking; command sudo "$@"; }
export -f sudo
export BASH_ENV=/home/deploy/.bashrc ENV=/home/deploy/.bashrc CDPATH=/:/srv POSIXLY_CORRECT=1
export GIT_DIR=/nowhere GIT_WORK_TREE=/nowhere GIT_INDEX_FILE=/nowhere GIT_PAGER=less
export PGOPTIONS='-c search_path=nowhere' PGSSLMODE=verify-full PGHOST=nowhere PGCLIENTENCODING=LATIN1
export PYTHONPATH=/nowhere PYTHONHOME=/nowhere PYTHONSTARTUP=/nowhere PYTHONIOENCODING=utf-16
export PIP_USER=1 PIP_TARGET=/tmp/elsewhere PIP_REQUIRE_HASHES=1
export GZIP=-1 TAR_OPTIONS=-v LS_COLORS=x SYSTEMD_COLORS=1 SYSTEMD_PAGER=less LANG=de_DE.UTF-8 LC_ALL=xx
export http_proxy=http://127.0.0.1:9 DJANGO_SETTINGS_MODULE=nowhere.settings
printf 'include\\nfail\\nproxy = http://127.0.0.1:9\\n' > /home/deploy/.curlrc`;

const GIT_CONFIGURATION = `[log]
	showSignature = true
	date = relative
	decorate = full
	mailmap = true
[status]
	branch = true
	short = true
	showStash = true
	showUntrackedFiles = all
	submoduleSummary = true
	relativePaths = true
[color]
	ui = always
[column]
	ui = always
[core]
	quotePath = true
	fsmonitor = /home/deploy/.fsmonitor
	hooksPath = /home/deploy
	pager = less
[submodule]
	recurse = true
[fetch]
	recurseSubmodules = true
[diff]
	ignoreSubmodules = all
	external = /bin/false
[i18n]
	logOutputEncoding = ISO-8859-15
[tag]
	sort = -version:refname`;

export function loginPreparations(site: TestSite): Readonly<Record<LoginPreparation, ManualChange>> {
  const app = `/srv/sum/${site}/app`;
  const sudoers = '/etc/sudoers.d/zz';
  return {
    'bashrc-prints': withBashrc('echo Welcome'),
    'bashrc-meddles': withBashrc(MEDDLING),
    'bashrc-starts-another-shell': withBashrc('exec fish'),
    'git-configured': {
      do: `cp -p /home/deploy/.gitconfig /run/gitconfig 2>/dev/null; cat >/home/deploy/.gitconfig <<'LINES'\n${GIT_CONFIGURATION}\nLINES\ncp /bin/false /home/deploy/.fsmonitor; cp /bin/false /home/deploy/post-checkout`,
      undo: `rm -f /home/deploy/.gitconfig /home/deploy/.fsmonitor /home/deploy/post-checkout; [ ! -e /run/gitconfig ] || mv /run/gitconfig /home/deploy/.gitconfig`,
    },
    // The live commit is signed, and its subject is in an encoding that nobody declared.
    'git-shows-signatures': {
      do: `runuser -u deploy -- env HOME=/home/deploy bash -c '
        [ -e ~/signing ] || ssh-keygen -q -t ed25519 -N "" -f ~/signing
        git config --global log.showSignature true
        cd ${app} && printf "Gr\\374n f\\374r alle" >/tmp/subject
        git -c gpg.format=ssh -c user.signingKey=~/signing -c user.name=Dev -c user.email=dev@example.test commit -q --allow-empty -S -F /tmp/subject'`,
      undo: 'rm -f /home/deploy/.gitconfig',
    },
    'sudo-wants-a-terminal': {
      do: `echo 'Defaults requiretty' >${sudoers}; chmod 440 ${sudoers}`,
      undo: `rm ${sudoers}`,
    },
    'sudo-without-its-bit': { do: 'chmod u-s /usr/bin/sudo', undo: 'chmod u+s /usr/bin/sudo' },
    'python-missing': {
      do: 'mv /usr/bin/python3 /usr/bin/python3.kept',
      undo: 'mv /usr/bin/python3.kept /usr/bin/python3',
    },
  };
}
