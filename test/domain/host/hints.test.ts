import { describe, expect, it } from 'vitest';
import { type Hint, hintText } from '../../../src/domain/host/hints.ts';

const APP = '/srv/sum/acme-kitchens/app';
const MODULE = `${APP}/.git/modules/theme`;
const COMMIT = '1'.repeat(40);

describe('what to do about what a host says', () => {
  it.each<[Hint, string]>([
    [
      { kind: 'git-status', folder: APP },
      'Try it on the host: git -C /srv/sum/acme-kitchens/app status. Then ask again.',
    ],
    [{ kind: 'git-lfs' }, 'On the host: sudo apt-get install git-lfs && git lfs install. Then ask again.'],
    [
      { kind: 'filter', program: 'no-lfs' },
      'Its files need a filter that is not there. Install no-lfs on the host, for this login, and ask again.',
    ],
    [
      { kind: 'own-repository', folder: APP, path: 'theme' },
      'Move its repository to where git keeps them, on the host: git -C /srv/sum/acme-kitchens/app submodule absorbgitdirs theme. Then ask again.',
    ],
    [
      { kind: 'no-repository', module: MODULE, url: 'https://git.example/theme.git' },
      'Get it, on the host: mkdir -p /srv/sum/acme-kitchens/app/.git/modules && git clone --no-checkout --separate-git-dir=/srv/sum/acme-kitchens/app/.git/modules/theme https://git.example/theme.git "$(mktemp -d)". Then ask again.',
    ],
    [
      { kind: 'no-commit', module: MODULE, commit: COMMIT },
      `Look for it, on the host: git --git-dir=/srv/sum/acme-kitchens/app/.git/modules/theme --work-tree=/ fetch origin ${COMMIT}. Then ask again, or choose another version.`,
    ],
  ])('%j', (hint, text) => {
    expect(hintText(hint)).toBe(text);
  });

  it.each([null, 'ext::sh -c id', '--upload-pack=id', 'https://git.example/x y', '/srv/x; id'])(
    'names no address that git would not only fetch from: %j',
    (url) => {
      expect(hintText({ kind: 'no-repository', module: MODULE, url })).toContain(' ADDRESS "$(mktemp -d)"');
    },
  );

  it('quotes what the repository calls its things', () => {
    expect(hintText({ kind: 'own-repository', folder: APP, path: 'a; id #' })).toContain(
      "absorbgitdirs 'a; id #'. Then",
    );
    expect(
      hintText({ kind: 'no-repository', module: `${APP}/.git/modules/$(id)`, url: 'git@h:x`id`' }),
    ).toContain("--separate-git-dir='/srv/sum/acme-kitchens/app/.git/modules/$(id)' 'git@h:x`id`' ");
  });
});
