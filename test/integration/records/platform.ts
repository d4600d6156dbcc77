import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incidentEntry } from '../../../src/domain/records/incident.ts';
import type { Recording } from '../../../src/domain/records/recording.ts';
import type { RecordsPlace } from '../../../src/domain/site/records-repository.ts';
import type { GitLogin } from '../../../src/records/git.ts';
import { type KeptFolder, putFolder, takeFolder } from '../../support/folder.ts';

export const MATRIX = 'docs/ops-pack/loop-sites-matrix.md';
export const INCIDENTS = 'docs/ops-pack/what-broke-last-time.md';
export const ROLLING = 'rollback-bot/records';

const HEAD = `| Site Name | Environment | Slug | Current Version | Last Deploy Date | Last Upgrade Outcome | Notes |
| --------- | ----------- | ---- | --------------- | ---------------- | -------------------- | ----- |
`;

/** A matrix with the row of one site among others. */
export function matrixText(acme: string, birch = 'v0.5.1 | 2025-12-29 | Success'): string {
  return `# Loop Sites Matrix

## Active Sites

${HEAD}| (example) | production | acme-kitchens | v9 | 2025-12-10 | Success | Initial deploy |
| Birch Bakery | production | birch-bakery | ${birch} | Café \\| Söhne |
| Acme Kitchens | staging | acme-kitchens | v0.6.0 | 2025-12-29 | Success | |
| Acme Kitchens | production | acme-kitchens | ${acme} | Upgraded from v0.5.0 |
|           |             |      |                 |                  |                      |       |

## Example Entries

${HEAD}| Acme Kitchens | production | acme-kitchens | v0.1.0 | 2025-12-19 | Rolled back from v0.7.0 | see log |`;
}

export const BEFORE = 'v0.6.0 | 2025-12-29 | Success';
export const AFTER = 'v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0';

const TRACKING = '## Follow-Up Tracking\n\n### High Priority\n\n- [ ] Check collectstatic\n';

/** The incident log with these entries. */
export function logText(...entries: readonly string[]): string {
  return `# What Broke\n\n\`\`\`markdown\n## Follow-Up Tracking\n\`\`\`\n\n## Log Entries\n\n${entries.map((entry) => `${entry}\n`).join('')}${TRACKING}`;
}

export const OLD_ENTRY = incidentEntry({
  slug: 'cedar-clinic',
  date: '2025-12-22',
  version: 'v0.4.0 → v0.5.0',
  symptom: 'Static files missing',
  fix: 'Ran collectstatic',
  followUp: 'None',
});

/** What one run records. */
export function recordingOfRun(number: number, more: Partial<Recording> = {}): Recording {
  const run = `acme-kitchens-${number}`;
  const requestedAt = `2026-03-01T02:${String(number).padStart(2, '0')}:00.000Z`;
  const mark = `run ${run}, asked for 2026-03-01 02:${String(number).padStart(2, '0')} UTC`;
  const cells = {
    version: 'v0.5.0',
    date: '2026-03-01',
    outcome: 'Rolled back from v0.6.0 to v0.5.0',
  };
  return {
    run,
    requestedAt,
    endEntry: { seq: 11, hash: '0a'.repeat(32) },
    mark,
    title: 'docs(ops): record rollback of acme-kitchens to v0.5.0',
    row: {
      slug: 'acme-kitchens',
      environment: 'production',
      cells,
      added: { slug: 'acme-kitchens', ...cells },
    },
    entry: incidentEntry({
      slug: 'acme-kitchens',
      date: '2026-03-01',
      version: 'v0.5.0 → v0.6.0',
      symptom: 'contact form is down',
      fix: 'Rolled back to v0.5.0',
      followUp: `Details: ${mark}`,
    }),
    ...more,
  };
}

/** The platform's bare repository, and a person who works with it. */
export interface Platform {
  readonly base: string;
  readonly bare: string;
  readonly login: GitLogin;
  place(more?: Partial<RecordsPlace>): RecordsPlace;
  /** Runs git in the bare repository. */
  git(...argv: readonly string[]): string;
  /** The bytes of a file on a branch. */
  file(branch: string, path: string): string;
  /** Commit subjects of a branch, newest first, without those of another branch. */
  subjects(branch: string, without?: string): readonly string[];
  /** A person commits to a branch and pushes it. */
  write(files: Readonly<Record<string, string>>, message: string, branch?: string): void;
  /** A person merges the rolling branch into theirs: as it is, or squashed to one commit. */
  merge(how: 'merge' | 'squash'): void;
  /** Makes every push run this shell script on the other side first; null for none. */
  onPush(script: string | null): void;
  remove(): void;
}

export function makePlatform(): Platform {
  const base = mkdtempSync(join(tmpdir(), 'platform-'));
  const { bare, work, run, write } = placesIn(base);
  const inWork = (...argv: readonly string[]) => run('-C', work, ...argv);
  const hook = join(bare, 'hooks', 'pre-receive');
  first ??= makeFirst();
  putFolder(first.kept, base);
  const config = join(work, '.git', 'config');
  writeFileSync(config, readFileSync(config, 'utf8').replace(first.base, base));
  return {
    base,
    bare,
    login: { identity: null, knownHostsFile: join(base, 'known_hosts') },
    place: (more = {}) => ({
      repository: `file://${bare}`,
      branch: 'develop',
      rollingBranch: ROLLING,
      matrix: MATRIX,
      incidents: INCIDENTS,
      author: { name: 'rollback-bot', email: 'rollback-bot@localhost' },
      pullRequest: null,
      ...more,
    }),
    git: (...argv) => run('--git-dir', bare, ...argv).trimEnd(),
    file: (branch, path) => run('--git-dir', bare, 'cat-file', 'blob', `refs/heads/${branch}:${path}`),
    subjects: (branch, without = 'develop') =>
      run('--git-dir', bare, 'log', '--format=%s', `refs/heads/${branch}`, `^refs/heads/${without}`)
        .split('\n')
        .filter((line) => line !== ''),
    write,
    merge: (how) => {
      inWork('fetch', '--quiet', 'origin');
      inWork('checkout', '--quiet', '-B', 'mine', 'origin/develop');
      if (how === 'merge')
        inWork('merge', '--quiet', '--no-ff', '--message', 'Merge pull request #1', `origin/${ROLLING}`);
      else {
        inWork('merge', '--quiet', '--squash', `origin/${ROLLING}`);
        inWork('commit', '--quiet', '--message', 'Records of rollbacks (#1)');
      }
      inWork('push', '--quiet', 'origin', 'HEAD:refs/heads/develop');
    },
    onPush: (script) => {
      rmSync(hook, { force: true });
      if (script === null) return;
      writeFileSync(hook, `#!/bin/sh\n${script}\n`);
      chmodSync(hook, 0o755);
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

function placesIn(base: string) {
  const [bare, work] = [join(base, 'platform.git'), join(base, 'work')];
  const run = (...argv: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const write: Platform['write'] = (files, message, branch = 'develop') => {
    const inWork = (...argv: readonly string[]) => run('-C', work, ...argv);
    inWork('fetch', '--quiet', 'origin');
    inWork('checkout', '--quiet', '-B', 'mine', `origin/${branch}`);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(work, path, '..'), { recursive: true });
      writeFileSync(join(work, path), text);
    }
    inWork('add', '--all');
    inWork('commit', '--quiet', '--allow-empty', '--message', message);
    inWork('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
  };
  return { bare, work, run, write };
}

/** Where both repositories are as each test begins with them; made once for all tests of a process. */
let first: { readonly base: string; readonly kept: KeptFolder } | undefined;

function makeFirst(): NonNullable<typeof first> {
  const base = mkdtempSync(join(tmpdir(), 'platform-first-'));
  const { bare, work, run, write } = placesIn(base);
  run('init', '--quiet', '--bare', '--initial-branch=develop', bare);
  run('clone', '--quiet', bare, work);
  run('-C', work, 'commit', '--quiet', '--allow-empty', '--message', 'first');
  run('-C', work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/develop');
  write(
    { [MATRIX]: matrixText(BEFORE), [INCIDENTS]: logText(OLD_ENTRY), 'README.md': 'hello\n' },
    'the records',
  );
  return { base, kept: takeFolder(base) };
}
