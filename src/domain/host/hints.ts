import { shellWord } from '../text/shell.ts';

/**
 * What to do about a problem that a host has named. The host says only which of these it is, and with which values: the words
 * and the commands are the bot's own.
 */
export type Hint =
  | { readonly kind: 'git-status'; readonly folder: string }
  | { readonly kind: 'line-ends' | 'git-lfs' | 'stray-submodule' }
  | { readonly kind: 'filter'; readonly program: string }
  | { readonly kind: 'own-repository'; readonly folder: string; readonly path: string }
  /** `url`: where `.gitmodules` says that its repository is; null: it does not, or relative to another one. */
  | { readonly kind: 'no-repository'; readonly module: string; readonly url: string | null }
  | { readonly kind: 'no-commit'; readonly module: string; readonly commit: string };

/** Addresses that git only fetches from, whatever else its configuration allows. */
const FETCHED_FROM = /^(?:(?:https?|ssh|git|file):\/\/|[\w.-]+@[\w.-]+:)[^\s]{1,300}$/;

export function hintText(hint: Hint): string {
  switch (hint.kind) {
    case 'git-status':
      return `Try it on the host: git -C ${shellWord(hint.folder)} status. Then ask again.`;
    case 'line-ends':
      return "What is committed there does not fit .gitattributes, such as Windows line ends under text. A new commit cures that, in a clone of the site's repository: git add --renormalize . && git commit. This version itself cannot be the target: choose another one.";
    case 'git-lfs':
      return 'On the host: sudo apt-get install git-lfs && git lfs install. Then ask again.';
    case 'filter':
      return `Its files need a filter that is not there. Install ${hint.program} on the host, for this login, and ask again.`;
    case 'own-repository':
      return `Move its repository to where git keeps them, on the host: git -C ${shellWord(hint.folder)} submodule absorbgitdirs ${shellWord(hint.path)}. Then ask again.`;
    case 'stray-submodule':
      return 'It is in no .gitmodules, so no checkout brings it back. Keep a copy, remove it from the live version, and ask again.';
    case 'no-repository':
      return `Get it, on the host: mkdir -p ${shellWord(parentOf(hint.module))} && git clone --no-checkout --separate-git-dir=${shellWord(hint.module)} ${addressOf(hint.url)} "$(mktemp -d)". Then ask again.`;
    case 'no-commit':
      return `Look for it, on the host: git --git-dir=${shellWord(hint.module)} --work-tree=/ fetch origin ${shellWord(hint.commit)}. Then ask again, or choose another version.`;
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

function addressOf(url: string | null): string {
  return url !== null && FETCHED_FROM.test(url) ? shellWord(url) : 'ADDRESS';
}
