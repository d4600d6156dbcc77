import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from '../shell.js';
import { releasesOf } from './releases.js';
const DAY = 86_400;
/** Makes a site's bare repository, with a commit and a tag for each release at its own time. Returns tag -> commit. */
export async function makeRepository(places, environment, site, now) {
    const work = `${places.git}/.work-${site.slug}`;
    const bare = repositoryOf(places, site);
    const git = (at, ...argv) => run(['git', ...argv], { cwd: work, environment: { ...environment, ...gitIdentity(at) } });
    mkdirSync(work, { recursive: true });
    await git(now, 'init', '-q', '-b', 'main');
    const commits = {};
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
export function repositoryOf({ git }, { slug }) {
    return `${git}/${slug}.git`;
}
/** Whoever commits or checks out, and when. */
export function gitIdentity(at) {
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
