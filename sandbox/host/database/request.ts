import { z } from 'zod';

/** What clients ask the demo's database server, and what it answers. */

const login = { database: z.string(), user: z.string(), password: z.string() };

export const databaseRequest = z.discriminatedUnion('kind', [
  /** `psql -c`: all statements at once, in one transaction unless they say otherwise. */
  z.object({ kind: z.literal('command'), ...login, sql: z.string() }),
  /** `psql` with a script on standard input: statement by statement, with COPY data in between. */
  z.object({ kind: z.literal('script'), ...login, script: z.string(), stopOnError: z.boolean() }),
  /** `pg_dump --clean --if-exists --no-owner --no-privileges`. */
  z.object({ kind: z.literal('dump'), ...login }),
  /** One statement with its values. */
  z.object({ kind: z.literal('query'), ...login, sql: z.string(), values: z.array(z.string().nullable()) }),
]);

export type DatabaseRequest = z.infer<typeof databaseRequest>;

/** psql's exit code: 1 for a failed command, 2 for a refused connection, 3 for a stopped script. */
export const databaseAnswer = z.object({
  code: z.number(),
  stderr: z.string(),
  /** Columns, as the text that the server sends. */
  rows: z.array(z.array(z.string().nullable())),
  /** The dump, if the request was for one. */
  text: z.string(),
});

export type DatabaseAnswer = z.infer<typeof databaseAnswer>;
