import type { DatabaseAnswer } from './answer.ts';

export type Rows = DatabaseAnswer['rows'];

/** Whatever runs SQL for a session. */
export interface Sql {
  readonly rows: (sql: string, values?: readonly (string | null)[]) => Promise<Rows>;
  /** The data of a table as COPY … TO writes it. */
  readonly copyOut: (source: string) => Promise<string>;
}
