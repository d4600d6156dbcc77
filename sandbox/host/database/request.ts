import { z } from 'zod';

/** What a client of the demo's database server may ask. */

const login = { database: z.string(), user: z.string(), password: z.string() };

export const databaseRequest = z.discriminatedUnion('kind', [
  /** `psql -c`: all statements at once, in one transaction unless they say otherwise. */
  z.object({ kind: z.literal('command'), ...login, sql: z.string() }),
  /** `psql` with a script on standard input: statement by statement, with COPY data in between. */
  z.object({ kind: z.literal('script'), ...login, script: z.string(), stopOnError: z.boolean() }),
  /** `pg_dump --clean --if-exists --no-owner --no-privileges`. */
  z.object({ kind: z.literal('dump'), ...login, rows: z.boolean() }),
  /** One statement with its values. */
  z.object({ kind: z.literal('query'), ...login, sql: z.string(), values: z.array(z.string().nullable()) }),
]);

export type DatabaseRequest = z.infer<typeof databaseRequest>;
