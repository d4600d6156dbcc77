import type { TestSite } from '../fakes/inventory.ts';
import type { ManualChange } from './manual-change.ts';
import { MADE } from './version-changes.ts';

/** What the site's repository holds that a checkout has trouble with. */
export type TreePreparation =
  | 'submodule-at-another-commit'
  | 'submodule-only-in-target'
  | 'submodule-only-in-live'
  | 'submodules-that-nobody-checks-out'
  | 'submodule-without-repository'
  | 'line-ends-unlike-attributes'
  | 'filter-is-gone'
  | 'files-in-lfs'
  | 'file-hidden-from-status';

/** Commits by the login, on the host itself. Tags v0.5.8 and v0.5.9: what to go back to, and what is live. */
function asDeploy(app: string, script: string): string {
  const git =
    'git() { command git -c user.name=Dev -c user.email=dev@example.test -c advice.detachedHead=false -c protocol.file.allow=always "$@"; }';
  return `cat >/run/prepare.sh <<'SCRIPT'\nset -eu\nexport HOME=/home/deploy\n${git}\n${script}\nSCRIPT\nchmod 755 /run/prepare.sh; runuser -u deploy -- bash /run/prepare.sh >/run/prepare.log 2>&1 || { cat /run/prepare.log; exit 1; }
install -d ${MADE}; git -c safe.directory='*' -C ${app} rev-parse v0.5.8 >${MADE}/commit`;
}

/** A theme with two commits and a smaller repository inside, as a bare repository in /tmp. */
const THEME = `rm -rf /tmp/theme /tmp/theme.git /tmp/icons /tmp/icons.git
git init -q -b main /tmp/icons && cd /tmp/icons && echo icons >icons.svg && git add . && git commit -qm icons && git clone -q --bare . /tmp/icons.git
git init -q -b main /tmp/theme && cd /tmp/theme
git submodule --quiet add /tmp/icons.git vendor/icons
echo one >theme.css && git add . && git commit -qm one
echo two >theme.css && git add . && git commit -qm two
git clone -q --bare . /tmp/theme.git`;

const ADD =
  'git submodule --quiet add /tmp/theme.git theme && git submodule --quiet update --init --recursive';

/**
 * Gives both versions the theme, each another commit of it: v0.5.8 is `target` with the first, and the live commit is followed by
 * one with the second. The units are restarted on it.
 */
export function themeInBoth(site: TestSite, target: string): string {
  const app = `/srv/sum/${site}/app`;
  return `${asDeploy(
    app,
    `${THEME}\ncd ${app}\n${ADD}; git add . && git commit -qm 'theme, its second commit'
git checkout -q ${target} && git cherry-pick HEAD@{1} && git -C theme checkout -q HEAD~1 && git add theme
git commit -q --amend -m 'theme, its first commit' && git tag v0.5.8
git checkout -q - && git submodule --quiet update --recursive`,
  )}; systemctl restart 'sum-${site}-*.service'`;
}

/** Commits a file as Git LFS does: its pointer, and the attribute that names the filter. */
const pointer = (number: number) =>
  `echo '*.psd filter=lfs diff=lfs merge=lfs -text' >.gitattributes; printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%064d\\nsize 9\\n' ${number} >logo.psd; git add .`;

export function treePreparations(site: TestSite): Readonly<Record<TreePreparation, ManualChange>> {
  const app = `/srv/sum/${site}/app`;
  const kept = '/run/app.kept';
  const inApp = (script: string): ManualChange => ({
    do: `rm -rf ${kept} && cp -a ${app} ${kept}; ${asDeploy(app, `${THEME}\ncd ${app}\n${script}`)}`,
    // The site's processes stand in that folder.
    undo: `find ${app} -mindepth 1 -delete; cp -a ${kept}/. ${app}/`,
  });
  return {
    // The settings hide it from git status.
    'submodule-at-another-commit': inApp(`${ADD}; git -C theme checkout -q HEAD~1
git config -f .gitmodules submodule.theme.ignore all
git add . && git commit -qm A && git tag v0.5.8
git -C theme checkout -q main && git add -f theme && git commit -qm B && git tag v0.5.9`),
    'submodule-only-in-target': inApp(`${ADD}; git add . && git commit -qm A && git tag v0.5.8
git rm -q theme && git commit -qm B && git tag v0.5.9`),
    'submodule-only-in-live': inApp(`git commit -q --allow-empty -m A && git tag v0.5.8
${ADD}; git add . && git commit -qm B && git tag v0.5.9; echo built >theme/dist; echo dist >>"$(git -C theme rev-parse --absolute-git-dir)/info/exclude"`),
    'submodules-that-nobody-checks-out':
      inApp(`${ADD}; git -C theme checkout -q HEAD~1; git add . && git commit -qm A && git tag v0.5.8
git -C theme checkout -q main && git add . && git commit -qm B && git tag v0.5.9; git submodule --quiet deinit --all; rm -rf .git/modules`),
    'submodule-without-repository': inApp(`${ADD}; git add . && git commit -qm A && git tag v0.5.8
git rm -q theme && git commit -qm B && git tag v0.5.9; rm -rf .git/modules /tmp/theme.git`),
    'line-ends-unlike-attributes':
      inApp(`printf 'a\\r\\nb\\r\\n' >notes.txt && git add . && git commit -qm notes
echo '*.txt text' >.gitattributes && git add .gitattributes && git commit -qm A && git tag v0.5.8
git add --renormalize . && git commit -qm B && git tag v0.5.9`),
    // `git lfs install` was run for this login, and the package is gone.
    'filter-is-gone': inApp(`${pointer(1)} && git commit -qm A && git tag v0.5.8
${pointer(2)} && git commit -qm B && git tag v0.5.9; touch -d '1 minute ago' logo.psd; git add logo.psd; git status --short
git config filter.lfs.process 'git-lfs filter-process'; git config filter.lfs.smudge 'git-lfs smudge -- %f'
git config filter.lfs.clean 'git-lfs clean -- %f'; git config filter.lfs.required true`),
    // Another login, which has git-lfs, made the live tree: it has the file itself, and git takes it for the pointer.
    'files-in-lfs': inApp(`${pointer(1)} && git commit -qm A && git tag v0.5.8
${pointer(2)} && git commit -qm B && git tag v0.5.9
git cat-file blob HEAD:logo.psd >/tmp/pointer; echo 'the logo' >logo.psd; sleep 1.1
git -c filter.lfs.clean='cat /tmp/pointer; cat >/dev/null' add logo.psd; git status --short`),
    'file-hidden-from-status':
      inApp(`echo 'DEBUG = False' >local.py && git add . && git commit -qm A && git tag v0.5.8
echo 'DEBUG = None' >local.py && git add . && git commit -qm B && git tag v0.5.9
git update-index --skip-worktree local.py && echo 'DEBUG = True' >local.py`),
  };
}
