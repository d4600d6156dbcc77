import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VersionFindings } from '../../../src/domain/version/commit.ts';
import { resolveVersionCommand } from '../../../src/remote/probes.ts';

const hasTools = ['git', 'python3'].every((tool) => spawnSync(tool, ['--version']).status === 0);

describe.skipIf(!hasTools)('the probe for a version', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollback-version-'));
    mkdirSync(join(root, 'app'));
    git('init', '-q', '-b', 'main');
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const git = (...argv: readonly string[]) =>
    execFileSync(
      'git',
      ['-C', join(root, 'app'), '-c', 'user.name=a', '-c', 'user.email=a@b.test', ...argv],
      {
        encoding: 'utf8',
      },
    ).trim();

  function put(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, 'app', path)), { recursive: true });
      writeFileSync(join(root, 'app', path), text);
    }
  }

  function commit(files: Readonly<Record<string, string>>): string {
    put(files);
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'a change');
    return git('rev-parse', 'HEAD');
  }

  const ask = (version: string, fetch = false): VersionFindings =>
    JSON.parse(
      execFileSync('sh', ['-c', resolveVersionCommand({ root, version, fetch })], { encoding: 'utf8' }),
    );

  it('reads pins in files that a requirements.txt includes, one that is a link too', () => {
    const plain = commit({ 'requirements.txt': 'sum-core==0.5.3\n' });
    commit({ 'requirements.txt': 'sum-core==0.6.0\n' });
    const nested = commit({
      'requirements.txt': '-r requirements/live.txt\n',
      'requirements/live.txt': '-r base.txt\n',
      'requirements/base.txt': 'sum-core==0.5.3  # via -r live.txt\n',
    });
    commit({ 'requirements/base.txt': 'sum-core==0.6.0\n' });
    rmSync(join(root, 'app', 'requirements.txt'));
    symlinkSync('requirements/base.txt', join(root, 'app', 'requirements.txt'));
    const linked = commit({ 'requirements/base.txt': 'sum-core==0.5.3\n' });

    expect(ask('v0.5.3')).toMatchObject({
      reflogMatches: [linked, nested, plain],
      unread: [],
      unreadCount: 0,
      known: ['v0.5.3', 'v0.6.0'],
    });
  });

  it('says which newer commits it cannot read, and none that is older than the match', () => {
    commit({ 'requirements.txt': '-r gone.txt\n' });
    const plain = commit({ 'requirements.txt': 'sum-core==0.5.3\n' });
    const range = commit({ 'requirements.txt': 'sum-core>=0.5\n' });
    const outside = commit({ 'requirements.txt': '-r https://user:pw@x.test/base.txt\n' });

    expect(ask('v0.5.3')).toMatchObject({
      reflogMatches: [plain],
      unread: [
        {
          commit: outside,
          why: 'requirements.txt includes https://x.test/base.txt, which is outside of the repository',
        },
        { commit: range, why: 'it asks for no single version of sum-core, but for >=0.5' },
      ],
      unreadCount: 2,
    });
    expect(ask('v9').unreadCount).toBe(3);
  });

  it('asks the repository of sum-core for the tag of a commit, as uv and pip-tools pin it', () => {
    const core = join(root, 'core');
    mkdirSync(core);
    const inCore = (...argv: readonly string[]) =>
      execFileSync('git', ['-C', core, '-c', 'user.name=a', '-c', 'user.email=a@b.test', ...argv], {
        encoding: 'utf8',
      }).trim();
    inCore('init', '-q');
    inCore('commit', '-q', '--allow-empty', '-m', 'core');
    inCore('tag', '-a', 'v0.5.3', '-m', 'core');
    const pinned = inCore('rev-parse', 'HEAD');
    const exported = commit({
      'requirements.txt': `sum-core @ git+file://${core}@${pinned}#subdirectory=core\n`,
    });
    const other = commit({ 'requirements.txt': `sum-core @ git+file://${core}@${'7'.repeat(40)}\n` });
    const away = commit({ 'requirements.txt': `sum-core @ git+file:///nowhere@${'8'.repeat(40)}\n` });

    const found = ask('v0.5.3', true);
    expect(found).toMatchObject({
      reflogMatches: [exported],
      unread: [
        {
          commit: away,
          why: 'it pins the commit 888888888888 of sum-core, and file:///nowhere does not answer',
        },
        {
          commit: other,
          why: 'it pins the commit 777777777777 of sum-core, and no tag of sum-core is that commit',
        },
      ],
      known: ['v0.5.3'],
    });
    expect(found.commits[exported]?.pin).toBe('v0.5.3');
  });

  it.each([
    'release/1.2',
    'prod@2026-11-30',
    'theme_a/v0.5.0',
    '@sum/site@1.2',
    'größe-2',
    'v1 nbsp\u00a0x'.replace(' ', '-'),
    '$(touch owned)'.replace(' ', '-'),
    "it's;v1&",
    'V2.0',
  ])('finds the tag %s, beside all others', (tag) => {
    const wanted = commit({ 'requirements.txt': 'sum-core==0.5.3\n' });
    git('tag', '-a', tag, '-m', 'one');
    commit({ 'requirements.txt': 'sum-core==0.6.0\n' });
    git('tag', 'v0.6.0');

    const found = ask(tag);
    expect(found).toMatchObject({ localTag: wanted, commit: null, branch: null });
    expect(found.known).toEqual([tag, 'v0.6.0', 'v0.5.3'].toSorted());
    expect(found.commits[wanted]?.tags).toEqual([tag]);
  });

  it('takes another first letter only if no tag is called exactly so', () => {
    const one = commit({});
    git('tag', 'V2.0');
    expect(ask('v2.0').localTag).toBe(one);
    const two = commit({});
    git('tag', 'v2.0');
    expect(ask('v2.0').localTag).toBe(two);
  });

  it('takes no tag or branch for the beginning of a commit', () => {
    const one = commit({});
    const short = one.slice(0, 8);
    const two = commit({});
    git('branch', short);
    git('tag', short);

    expect(ask(short)).toMatchObject({ commit: one, localTag: two, branch: two });
    expect(ask(one)).toMatchObject({ commit: one, localTag: null });
    expect(ask('0'.repeat(40))).toMatchObject({ commit: null, beginning: [] });
    expect(ask('main')).toMatchObject({ commit: null, localTag: null, branch: two });
  });

  it('takes no branch of sum-core for a version', () => {
    commit({ 'requirements.txt': 'sum-core @ git+https://x.test/sum-core.git@develop\n' });

    expect(ask('develop')).toMatchObject({ reflogMatches: [], unread: [], branch: null });
  });

  it('describes commits with whatever settings git has', () => {
    const one = commit({ 'requirements.txt': 'sum-core==0.5.3\n' });
    for (const [key, value] of [
      ['log.showSignature', 'true'],
      ['color.ui', 'always'],
      ['log.date', 'relative'],
      ['log.decorate', 'full'],
      ['format.pretty', 'oneline'],
    ] as const)
      git('config', key, value);

    expect(ask(one).commits[one]).toMatchObject({ commit: one, subject: 'a change', pin: 'v0.5.3' });
  });
});
