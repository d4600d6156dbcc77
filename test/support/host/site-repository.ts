import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KeptFolder, putFolder, takeFolder } from '../folder.ts';

/** The commits of a stand-in host's site. */
interface Commits {
  readonly live: string;
  readonly target: string;
}

/** Made once for all hosts of a process: to make it takes as many programs as a switch has steps. */
let made: (Commits & { readonly kept: KeptFolder }) | undefined;

/** The repository that every stand-in host begins with. */
export function putSiteRepository(app: string): Commits {
  made ??= make();
  putFolder(made.kept, app);
  return made;
}

function make(): Commits & { readonly kept: KeptFolder } {
  const path = mkdtempSync(join(tmpdir(), 'rollback-repository-'));
  const git = (...argv: readonly string[]) =>
    execFileSync('git', ['-C', path, '-c', 'user.name=t', '-c', 'user.email=t@t', ...argv], {
      encoding: 'utf8',
    }).trim();
  git('init', '-q', '-b', 'main');
  const commit = (version: string) => {
    writeFileSync(join(path, 'VERSION'), version);
    if (version === '0.5.0') writeFileSync(join(path, 'only-in-target'), '');
    else rmSync(join(path, 'only-in-target'));
    git('add', '-A');
    git('commit', '-qm', version);
    return git('rev-parse', 'HEAD');
  };
  const target = commit('0.5.0');
  const live = commit('0.6.0');
  return { target, live, kept: takeFolder(path) };
}
