import type { DatabaseAnswer } from './answer.ts';

export type Rows = DatabaseAnswer['rows'];

/** Runs SQL in a session. */
export interface Sql {
  readonly rows: (sql: string, values?: readonly (string | null)[]) => Promise<Rows>;
  /** The rows of a table as COPY … TO writes them. */
  readonly copyOut: (source: string) => Promise<string>;
}
