import { z } from 'zod';
import { exact, list, raw, said, table } from './limits.ts';
import { migration, path, sha256 } from './parts.ts';

/** Answers about the database and its backups. */

const name = exact('a name of the database', 100);

export const database = z.object({
  name,
  host: exact('an address'),
  port: z.number(),
  role: name,
  oid: z.string().regex(/^\d{1,20}$/),
  sizeBytes: z.number(),
  mayCreate: z.boolean(),
  serverVersion: said(100),
  foreignExtensions: list('extensions', 200, said(100)),
  leftAlone: list('objects of other roles', 300, z.tuple([raw('a kind', 60), raw('an object')])),
  foreignObjects: list('objects of other roles', 50, said()),
  unreadable: list('tables', 50, said()),
  neighbours: list('sites with the same database', 200, said()),
  pooler: z
    .object({ name: said(100).nullable(), address: exact('an address').nullable(), port: z.number() })
    .nullable(),
  applied: list('migrations', 5000, migration.extend({ appliedAt: said(40) })),
});

export const diskMigrations = z.union([
  list(
    'migrations',
    10_000,
    migration.extend({
      replaces: list('migrations', 1000, migration),
      harmless: z.boolean(),
      reversible: z.boolean(),
    }),
  ),
  z.object({ error: said(1000) }),
]);

/** Nobody looks through more than this, and each one that is not chosen is said with its reason. */
const MOST_BACKUPS = 5000;

export const listedBackups = list(
  'backups',
  MOST_BACKUPS,
  z.object({
    name: raw('a backup'),
    bytes: z.number(),
    slug: said(60).nullable(),
    named: z.iso.datetime().nullable(),
    isUtc: z.boolean(),
    modified: z.iso.datetime(),
    kind: z.enum(['database', 'other']),
  }),
);

/** A label of an object, such as `function lead_count`: both sides of a comparison are cut alike. */
const objects = list('objects', 5000, said());

export const readBackup = z.object({
  problem: said().nullable(),
  sha256: sha256.nullable(),
  bytes: z.number(),
  restoredBytes: z.number(),
  migrations: list('migrations', 5000, migration),
  rows: table('tables', 5000, z.number()),
  unjudged: z.boolean(),
  roles: list('roles', 500, raw('a role')),
  extensions: list('extensions', 200, raw('an extension')),
  needs: list('objects', 20, z.object({ kind: raw('a kind', 60), name: raw('an object'), what: said() })),
  objects,
  takenFrom: z.number().int().nullable(),
});

export const restoreFacts = z.object({
  server: z.object({
    me: name,
    missing_roles: list('roles', 500, raw('a role')),
    publications: list('publications', 500, raw('a publication')),
    tablespaces: list('tablespaces', 500, raw('a tablespace')),
  }),
  extensions: table('extensions', 200, said().nullable()),
  objects,
  taken: list('objects', 500, said()),
});

export const restoredObjects = z.object({ wanted: z.number().int(), missing: objects });

export const rowCounts = z.object({
  tables: table('tables', 5000, z.object({ rows: z.number().int(), exact: z.boolean() })),
});

export const restoreCopy = z.object({
  path,
  sha256,
  leftOut: list('statements that are left out', 50, said()),
});
