import { call } from '../call.ts';
import { databaseSocket } from '../places.ts';
import { type DatabaseAnswer, parseAnswer } from './answer.ts';
import type { DatabaseRequest } from './request.ts';

/** A site's database login, as in its .env. */
export interface Login {
  /** The directory with the server's socket. */
  readonly host: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

type Question = DatabaseRequest extends infer One
  ? One extends DatabaseRequest
    ? Omit<One, 'database' | 'user' | 'password'>
    : never
  : never;

/** Asks the demo's database server. If there is none, the answer is what psql would say. */
export async function askDatabase(login: Login, question: Question): Promise<DatabaseAnswer> {
  const { host, database, user, password } = login;
  const socket = databaseSocket(host);
  try {
    return parseAnswer(await call(socket, { ...question, database, user, password }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const stderr = `psql: error: connection to server on socket "${socket}" failed: ${why}\n`;
    return { code: 2, stderr, rows: [], text: '' };
  }
}

/** The rows of one statement. Errors: the server's message. */
export async function queryRows(
  login: Login,
  sql: string,
  values: readonly (string | null)[] = [],
): Promise<DatabaseAnswer['rows']> {
  const answer = await askDatabase(login, { kind: 'query', sql, values: [...values] });
  if (answer.code !== 0) throw new Error(answer.stderr.trim());
  return answer.rows;
}
