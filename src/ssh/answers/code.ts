import { z } from 'zod';
import { exact, list, raw, said, table } from './limits.ts';
import { commit, commitInfo, installed, path, sha256, unit, word } from './parts.ts';

/** Answers about versions, environments, and the code that runs. */

export const versionFindings = z.object({
  commit: commit.nullable(),
  localTag: commit.nullable(),
  originTag: commit.nullable(),
  beginning: list('commits', 10, commit),
  branch: commit.nullable(),
  originReached: z.boolean(),
  reflogMatches: list('commits', 10, commit),
  branchMatches: list('commits', 10, commit),
  unread: list('commits', 10, z.object({ commit, why: said() })),
  unreadCount: z.number().int(),
  known: list('versions', 20_000, raw('a version')),
  commits: table('commits', 100, commitInfo),
});

/** Whoever pushes chooses these names. */
const names = (what: string) => list(what, 10, said(100));

export const commitReview = z.object({
  commit,
  author: said(80),
  branches: names('branches'),
  moreBranches: z.number().int().nonnegative(),
  deployedBranch: said(100).nullable(),
  isOnDeployed: z.boolean(),
  difference: z.object({
    ahead: z.number().int().nonnegative().nullable(),
    behind: z.number().int().nonnegative().nullable(),
    files: z.number().int().nonnegative().nullable(),
    named: names('files'),
    buildFiles: names('files'),
  }),
});

export const preparedEnvironment = z.object({
  tree: path,
  venv: path,
  reused: z.boolean(),
  confined: z.boolean(),
  freeBytes: z.number(),
  installed: installed(said(200)),
});

export const keptEnvironment = z.object({
  tree: path,
  venv: path,
  packages: sha256,
  freeBytes: z.number(),
  installed: installed(said(200)),
});

export const startCheck = z.object({
  problem: said(500).nullable(),
  listens: list('addresses', 20, exact('an address')).nullable(),
});

export const running = z.object({
  head: said(60).nullable(),
  dirty: z.boolean(),
  unlikeFresh: said().nullable(),
  venv: path,
  environment: path.nullable(),
  installed: installed(said(200).nullable()),
  units: list(
    'units of the site',
    10,
    z.object({
      name: unit,
      active: word,
      sub: word,
      steady: z.boolean(),
      process: z
        .object({
          cwd: path,
          startedAt: z.number(),
          program: path.nullable(),
          otherArguments: z.boolean(),
          otherVariables: list('variables', 200, said(100)),
        })
        .nullable(),
    }),
  ),
});
