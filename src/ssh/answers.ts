import { z } from 'zod';
import type { Hint } from '../domain/host/hints.ts';

/** The one door for answers of probes: JSON of the host becomes domain values here, or is refused. */

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const commitInfo = z.object({
  commit,
  subject: z.string(),
  committedAt: z.string(),
  pin: z.string().nullable(),
  tags: z.array(z.string()),
});
const migration = z.object({ app: z.string(), name: z.string() });

/** Only which of the bot's own sentences fits, and the values in it. */
const hint: z.ZodType<Hint> = z.union([
  z.object({ kind: z.literal('git-status'), folder: z.string() }),
  z.object({ kind: z.enum(['line-ends', 'git-lfs', 'stray-submodule']) }),
  z.object({ kind: z.literal('filter'), program: z.string().regex(/^[\w.+-]{1,60}$/) }),
  z.object({ kind: z.literal('own-repository'), folder: z.string(), path: z.string() }),
  z.object({ kind: z.literal('no-repository'), module: z.string(), url: z.string().nullable() }),
  z.object({ kind: z.literal('no-commit'), module: z.string(), commit }),
]);

export const problem = z.object({
  problem: z.string(),
  detail: z.string().optional(),
  hint: hint.optional(),
  code: z
    .enum(['cause-elsewhere', 'disk-space', 'undo-not-kept', 'undo-overtaken', 'lock-held', 'tools-missing'])
    .optional(),
});

export const survey = z.object({
  user: z.string(),
  owner: z.string(),
  hostname: z.string(),
  clock: z.iso.datetime(),
  missingTools: z.array(z.string()),
  systemctl: z.string().nullable(),
  foreignOwned: z.string().nullable(),
  lockFree: z.boolean(),
  indexLocked: z.boolean(),
  dirtyFiles: z.array(z.string()),
  live: commitInfo,
  reflog: z.array(z.object({ commit, at: z.string() })),
  unmetPins: z.array(z.object({ name: z.string(), wanted: z.string(), installed: z.string().nullable() })),
  stack: z
    .object({
      slug: z.string().nullable(),
      environment: z.string().nullable(),
      domain: z.string().nullable(),
      core: z.string().nullable(),
    })
    .nullable(),
  lastRun: z.number().int(),
  quarantine: z.array(
    z.object({
      name: z.string(),
      run: z.string().nullable(),
      // People may write into these files as well.
      since: z.iso.datetime().nullable().catch(null),
      why: z.string(),
    }),
  ),
  pinRanBefore: z.boolean(),
  endsProgramsAtLogout: z.boolean(),
  freeBytes: z.number(),
});

export const services = z.object({
  missingRights: z.array(z.string()),
  sudoProblem: z.string().nullable(),
  units: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['gunicorn', 'celery', 'socket']),
      active: z.string(),
      sub: z.string(),
      enabled: z.boolean(),
      result: z.string(),
      restarts: z.number().int(),
      exitStatus: z.number().int(),
      startedAt: z.number().nullable(),
      stopSeconds: z.number().nullable(),
      foreignExecutable: z.string().nullable(),
    }),
  ),
  otherUnits: z.array(z.string()),
  starts: z.array(
    z.object({
      name: z.string(),
      load: z.string(),
      problem: z.string().nullable(),
      masked: z.boolean(),
      stale: z.boolean(),
      refusesStart: z.boolean(),
      refusesStop: z.boolean(),
      needs: z.record(z.string(), z.string()),
      conditions: z.array(z.string()),
      stops: z.array(z.string()),
      limit: z
        .object({
          burst: z.number(),
          seconds: z.number().nullable(),
          isHit: z.boolean(),
          sinceLastStart: z.number().nullable(),
          restarts: z.boolean(),
        })
        .nullable(),
      mayReset: z.boolean(),
    }),
  ),
  wrappers: z.array(z.string()),
  bind: z.string().nullable(),
  movesTo: z.array(z.string()),
  executables: z.array(z.string()),
  application: z.object({ program: z.array(z.string()).min(1), name: z.string() }).nullable(),
  staticRoot: z.string().nullable(),
  environmentFile: z.object({
    unreadable: z.string().nullable(),
    windowsLineEnds: z.boolean(),
    byteOrderMark: z.boolean(),
    stops: z.object({ line: z.number().nullable(), name: z.string().nullable() }).nullable(),
    oddities: z.array(
      z.object({
        line: z.number(),
        name: z.string().nullable(),
        kind: z.enum(['export', 'name', 'read-only', 'spaces', 'character']),
        character: z.string().nullable(),
        plain: z.boolean(),
      }),
    ),
    changed: z.array(z.string()).nullable(),
    isChanged: z.boolean(),
  }),
  health: z.object({ status: z.number().int().nullable(), word: z.string(), failing: z.array(z.string()) }),
  redis: z.object({ address: z.string(), problem: z.string().nullable() }).nullable(),
});

export const versionFindings = z.object({
  commit: commit.nullable(),
  localTag: commit.nullable(),
  originTag: commit.nullable(),
  beginning: z.array(commit),
  branch: commit.nullable(),
  originReached: z.boolean(),
  reflogMatches: z.array(commit),
  branchMatches: z.array(commit),
  unread: z.array(z.object({ commit, why: z.string() })),
  unreadCount: z.number().int(),
  known: z.array(z.string()),
  commits: z.record(z.string(), commitInfo),
});

export const preparedEnvironment = z.object({
  tree: z.string(),
  venv: z.string(),
  reused: z.boolean(),
  freeBytes: z.number(),
  installed: z.record(z.string(), z.string()),
});

export const keptEnvironment = z.object({
  tree: z.string(),
  venv: z.string(),
  packages: z.string().regex(/^[0-9a-f]{64}$/),
  freeBytes: z.number(),
  installed: z.record(z.string(), z.string()),
});

export const keptForUndo = z.object({
  safetyBackups: z.array(z.object({ run: z.string(), at: z.string(), bytes: z.number() })),
  environments: z.array(z.object({ name: z.string(), at: z.string() })),
});

export const database = z.object({
  name: z.string(),
  host: z.string(),
  port: z.number(),
  role: z.string(),
  oid: z.string(),
  sizeBytes: z.number(),
  serverVersion: z.string(),
  foreignExtensions: z.array(z.string()),
  leftAlone: z.array(z.tuple([z.string(), z.string()])),
  foreignObjects: z.array(z.string()),
  unreadable: z.array(z.string()),
  neighbours: z.array(z.string()),
  pooler: z
    .object({ name: z.string().nullable(), address: z.string().nullable(), port: z.number() })
    .nullable(),
  applied: z.array(migration.extend({ appliedAt: z.string() })),
});

export const diskMigrations = z.union([
  z.array(migration.extend({ replaces: z.array(migration), harmless: z.boolean(), reversible: z.boolean() })),
  z.object({ error: z.string() }),
]);

export const listedBackups = z.array(
  z.object({
    name: z.string(),
    bytes: z.number(),
    slug: z.string().nullable(),
    named: z.iso.datetime().nullable(),
    isUtc: z.boolean(),
    modified: z.iso.datetime(),
    kind: z.enum(['database', 'other']),
  }),
);

export const readBackup = z.object({
  problem: z.string().nullable(),
  sha256: z.string().nullable(),
  bytes: z.number(),
  restoredBytes: z.number(),
  migrations: z.array(migration),
  rows: z.record(z.string(), z.number()),
  unjudged: z.boolean(),
  roles: z.array(z.string()),
  extensions: z.array(z.string()),
  needs: z.array(z.object({ kind: z.string(), name: z.string(), what: z.string() })),
  objects: z.array(z.string()),
  takenFrom: z.number().int().nullable(),
});

export const restoreFacts = z.object({
  server: z.object({
    me: z.string(),
    missing_roles: z.array(z.string()),
    publications: z.array(z.string()),
    tablespaces: z.array(z.string()),
  }),
  extensions: z.record(z.string(), z.string().nullable()),
  objects: z.array(z.string()),
  taken: z.array(z.string()),
});

export const restoredObjects = z.object({ wanted: z.number().int(), missing: z.array(z.string()) });

export const rowCounts = z.object({
  tables: z.record(z.string(), z.object({ rows: z.number().int(), exact: z.boolean() })),
});

export const restoreCopy = z.object({
  path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  leftOut: z.array(z.string()),
});

export const running = z.object({
  head: z.string().nullable(),
  dirty: z.boolean(),
  unlikeFresh: z.string().nullable(),
  venv: z.string(),
  environment: z.string().nullable(),
  installed: z.record(z.string(), z.string().nullable()),
  units: z.array(
    z.object({
      name: z.string(),
      active: z.string(),
      sub: z.string(),
      steady: z.boolean(),
      process: z
        .object({
          cwd: z.string(),
          startedAt: z.number(),
          program: z.string().nullable(),
          otherArguments: z.boolean(),
          otherVariables: z.array(z.string()),
        })
        .nullable(),
    }),
  ),
});

export const journal = z.object({ readAt: z.number(), lines: z.array(z.string()).nullable() });

export const lostRecords = z.array(z.object({ run: z.string(), record: z.string() }));

export const startCheck = z.object({
  problem: z.string().nullable(),
  listens: z.array(z.string()).nullable(),
});

export const logTail = z.object({ text: z.string() });
