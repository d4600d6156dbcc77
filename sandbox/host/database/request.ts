import { z } from 'zod';

/** What a client of the demo's database server may ask, and what it is told. */

const login = { database: z.string(), user: z.string(), password: z.string() };

export const databaseRequest = z.discriminatedUnion('kind', [
  /** `psql -c`: all statements in one go, as one transaction unless they say otherwise. */
  z.object({ kind: z.literal('command'), ...login, sql: z.string() }),
  /** `psql` with a script on standard input, one statement after the other, data of COPY in between. */
  z.object({ kind: z.literal('script'), ...login, script: z.string(), stopOnError: z.boolean() }),
  /** What `pg_dump --clean --if-exists --no-owner --no-privileges` writes. */
  z.object({ kind: z.literal('dump'), ...login }),
  /** One statement of a program, with its values. */
  z.object({ kind: z.literal('query'), ...login, sql: z.string(), values: z.array(z.string().nullable()) }),
]);

export type DatabaseRequest = z.infer<typeof databaseRequest>;

/** As psql would end: exit code 1 for a failed command, 2 for a refused connection, 3 for a stopped script. */
export const databaseAnswer = z.object({
  code: z.number(),
  stderr: z.string(),
  /** Columns as text, as the server sends them. */
  rows: z.array(z.array(z.string().nullable())),
  /** A dump, when one was asked for. */
  text: z.string(),
});

export type DatabaseAnswer = z.infer<typeof databaseAnswer>;
