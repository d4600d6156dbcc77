import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Places } from '../places.ts';
import { type Environment, run } from '../shell.ts';
import type { SiteDefinition } from './definitions.ts';
import { releasesOf } from './releases.ts';

const DAY = 86_400;

/** Makes a site's bare repository with a dated commit and tag for each release. Returns tag -> commit. */
export async function makeRepository(
  places: Places,
  environment: Environment,
  site: SiteDefinition,
  now: number,
): Promise<Readonly<Record<string, string>>> {
  const work = `${places.git}/.work-${site.slug}`;
  const bare = repositoryOf(places, site);
  const git = (at: number, ...argv: readonly string[]) =>
    run(['git', ...argv], { cwd: work, environment: { ...environment, ...gitIdentity(at) } });
  mkdirSync(work, { recursive: true });
  await git(now, 'init', '-q', '-b', 'main');
  const commits: Record<string, string> = {};
  for (const release of releasesOf(site)) {
    const at = now - release.daysAgo * DAY;
    for (const [file, text] of Object.entries(release.files)) {
      mkdirSync(dirname(`${work}/${file}`), { recursive: true });
      writeFileSync(`${work}/${file}`, text);
    }
    chmodSync(`${work}/manage.py`, 0o755);
    await git(at, 'add', '-A');
    await git(at, 'commit', '-q', '-m', release.subject);
    await git(at, 'tag', '-a', release.tag, '-m', release.subject);
    commits[release.tag] = await git(at, 'rev-parse', 'HEAD');
  }
  await git(now, 'clone', '-q', '--bare', work, bare);
  rmSync(work, { recursive: true });
  return commits;
}

export function repositoryOf({ git }: Places, { slug }: SiteDefinition): string {
  return `${git}/${slug}.git`;
}

/** The person who commits or checks out, and when. */
export function gitIdentity(at: number): Environment {
  const when = `${Math.floor(at)} +0000`;
  return {
    GIT_AUTHOR_NAME: 'Rosa',
    GIT_AUTHOR_EMAIL: 'rosa@agency.example',
    GIT_AUTHOR_DATE: when,
    GIT_COMMITTER_NAME: 'Rosa',
    GIT_COMMITTER_EMAIL: 'rosa@agency.example',
    GIT_COMMITTER_DATE: when,
  };
}
