import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveVersionCommand, reviewCommitCommand } from '../../../src/remote/probes.ts';
import { commitReview } from '../../../src/ssh/answers/code.ts';

const hasTools = ['git', 'python3'].every((tool) => spawnSync(tool, ['--version']).status === 0);

/** A site that was cloned from its origin, and somebody who may push branches and tags there. */
describe.skipIf(!hasTools)('how a commit stands to the deployed branch', () => {
  let root: string;
  let pusher: string;
  let app: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollback-review-'));
    [pusher, app] = [join(root, 'pusher'), join(root, 'app')];
    run('init', '-q', '--bare', '-b', 'main', join(root, 'origin.git'));
    run('clone', '-q', join(root, 'origin.git'), pusher);
    commit({ 'requirements.txt': 'sum-core==0.5.0\n', 'website/views.py': 'one\n' });
    push('HEAD:refs/heads/main');
    run('clone', '-q', join(root, 'origin.git'), app);
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const run = (...argv: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Mallory Jones', '-c', 'user.email=m@x.test', ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const git = (...argv: readonly string[]) => run('-C', pusher, ...argv);
  const push = (...refs: readonly string[]) => git('push', '-q', '--force', 'origin', ...refs);

  function commit(files: Readonly<Record<string, string>>): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(pusher, path)), { recursive: true });
      writeFileSync(join(pusher, path), text);
    }
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'a change');
    return git('rev-parse', 'HEAD');
  }

  /** As the worker asks: first for the version, which fetches, then for the commit. */
  function review(sha: string) {
    shell(resolveVersionCommand({ root, version: sha, fetch: true }));
    return commitReview.parse(JSON.parse(shell(reviewCommitCommand({ root, commit: sha }))));
  }

  const shell = (command: string) => execFileSync('sh', ['-c', command], { encoding: 'utf8' });

  it('says all about a commit of a branch that nobody has merged', () => {
    git('checkout', '-q', '-b', 'feature/faster');
    commit({ 'website/views.py': 'two\n', 'pyproject.toml': '[build-system]\n' });
    const sha = commit({ 'requirements.txt': 'sum-core==0.5.0\nevil\n', 'website/new.py': '' });
    push('feature/faster');

    expect(review(sha)).toEqual({
      commit: sha,
      author: 'Mallory Jones',
      branches: ['feature/faster'],
      moreBranches: 0,
      deployedBranch: 'main',
      isOnDeployed: false,
      difference: {
        ahead: 2,
        behind: 0,
        files: 4,
        named: ['website/new.py', 'website/views.py'],
        buildFiles: ['pyproject.toml', 'requirements.txt'],
      },
    });
  });

  it('knows a commit at which the deployed branch has stood, also before the live one', () => {
    const first = git('rev-parse', 'HEAD');
    const second = commit({ 'website/views.py': 'two\n' });
    push('HEAD:refs/heads/main');
    run('-C', app, 'pull', '-q');
    const third = commit({ 'website/views.py': 'three\n' });
    push('HEAD:refs/heads/main');

    expect([first, second, third].map((sha) => review(sha).isOnDeployed)).toEqual([true, true, true]);
    expect(review(first).difference).toMatchObject({ ahead: 0, behind: 1 });
  });

  it('does not count a tag of the same commit, whatever it is called', () => {
    git('checkout', '-q', '-b', 'side');
    const sha = commit({ 'setup.py': 'evil' });
    push('side', ...['v0.6.0', 'main', 'origin/main', 'HEAD'].map((name) => `${sha}:refs/tags/${name}`));
    run('-C', app, 'fetch', '-q', '--tags');

    expect(review(sha)).toMatchObject({ deployedBranch: 'main', isOnDeployed: false, branches: ['side'] });
  });

  it('does not count what a merge brought along, and counts the merge', () => {
    git('checkout', '-q', '-b', 'side');
    const hidden = commit({ 'setup.py': 'evil' });
    rmSync(join(pusher, 'setup.py'));
    commit({});
    git('checkout', '-q', 'main');
    git('merge', '-q', '--no-ff', '--no-edit', 'side');
    const merged = git('rev-parse', 'HEAD');
    push('main');

    expect(review(hidden)).toMatchObject({ isOnDeployed: false, branches: ['main'] });
    expect(review(merged).isOnDeployed).toBe(true);
  });

  it.each(['main', 'master'])(
    'guesses no branch if the checkout follows none: not a pushed %s either',
    (name) => {
      run('-C', app, 'checkout', '-q', '--detach');
      run('-C', app, 'remote', 'set-head', 'origin', '--delete');
      const sha = commit({ 'setup.py': 'evil' });
      push(`HEAD:refs/heads/${name}`);

      expect(review(sha)).toMatchObject({ deployedBranch: null, isOnDeployed: false });
    },
  );

  it('takes the branch that it was cloned with if a version is checked out, as after each rollback', () => {
    run('-C', app, 'checkout', '-q', '--detach');
    const sha = commit({});
    push('HEAD:refs/heads/main');

    expect(review(sha)).toMatchObject({ deployedBranch: 'main', isOnDeployed: true });
  });

  it('takes no branch that was made on the host and then pushed by somebody', () => {
    run('-C', app, 'checkout', '-q', '-b', 'hotfix');
    const sha = commit({ 'setup.py': 'evil' });
    push('HEAD:refs/heads/hotfix');

    expect(review(sha)).toMatchObject({ deployedBranch: 'main', isOnDeployed: false });
  });

  it('forgets what somebody took off the deployed branch again', () => {
    const sha = commit({ 'setup.py': 'evil' });
    push('HEAD:refs/heads/main');
    expect(review(sha).isOnDeployed).toBe(true);

    git('reset', '-q', '--hard', 'HEAD~1');
    push('HEAD:refs/heads/main');

    expect(review(sha)).toMatchObject({ isOnDeployed: false, branches: [] });
  });

  it('answers about a commit that shares nothing with the live one', () => {
    git('checkout', '-q', '--orphan', 'alone');
    const sha = commit({ 'other.py': '' });
    push('alone');

    expect(review(sha)).toMatchObject({
      isOnDeployed: false,
      difference: { ahead: 1, behind: 1, files: 1, named: ['other.py'] },
    });
  });

  it('names ten branches and files, counts the rest, and cuts what is long', () => {
    const files = Array.from({ length: 12 }, (_, index) => [`a/${'x'.repeat(120)}${index}.py`, ''] as const);
    git('checkout', '-q', '-b', 'many');
    const sha = commit(Object.fromEntries(files));
    push(...Array.from({ length: 12 }, (_, index) => `HEAD:refs/heads/b${index}`));

    const { branches, moreBranches, difference } = review(sha);

    expect([branches.length, moreBranches, difference.files, difference.named.length]).toEqual([
      10, 2, 12, 10,
    ]);
    expect(difference.named[0]).toHaveLength(100);
  });

  it('runs nothing of the commit: no filter, no diff driver, no hook of the checkout', () => {
    const mark = join(root, 'ran');
    for (const [key, value] of [
      ['filter.evil.smudge', `touch ${mark}; cat`],
      ['filter.evil.clean', `touch ${mark}; cat`],
      ['diff.evil.command', `touch ${mark}`],
      ['diff.evil.textconv', `touch ${mark}; cat`],
      ['core.hooksPath', join(root, 'hooks')],
    ] as const)
      run('-C', app, 'config', key, value);
    mkdirSync(join(root, 'hooks'));
    for (const hook of ['post-checkout', 'reference-transaction'])
      writeFileSync(join(root, 'hooks', hook), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    git('checkout', '-q', '-b', 'side');
    const sha = commit({ '.gitattributes': '* filter=evil diff=evil\n', 'website/views.py': 'two\n' });
    push('side');

    expect(review(sha).difference.buildFiles).toEqual(['.gitattributes']);
    expect(existsSync(mark)).toBe(false);
    expect(existsSync(join(root, '.rollback-bot', 'trees'))).toBe(false);
  });
});
