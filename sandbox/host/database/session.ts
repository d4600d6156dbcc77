import type { PGlite, Results } from '@electric-sql/pglite';
import type { DatabaseAnswer } from './answer.ts';
import { dumpOf } from './dump.ts';
import type { DatabaseRequest } from './request.ts';
import { splitScript, withoutComments } from './split-script.ts';
import type { Rows, Sql } from './sql.ts';

/** Values stay the text that the server sends, as in psql. */
const AS_TEXT = Object.fromEntries(
  Array.from({ length: 6_000 }, (_, type) => [type, (value: string) => value]),
);

/**
 * Plays one connection from login to logout. PGlite has a single backend, so the caller runs one session at a time. As with
 * a real connection, the end rolls back an open transaction and forgets the settings.
 */
export async function playSession(database: PGlite, request: DatabaseRequest): Promise<DatabaseAnswer> {
  await database.exec(`SET SESSION AUTHORIZATION ${request.user}`);
  try {
    switch (request.kind) {
      case 'command':
        return await runCommand(database, request.sql);
      case 'script':
        return await runScript(database, request.script, request.stopOnError);
      case 'query':
        return done(await sqlOf(database).rows(request.sql, request.values));
      case 'dump':
        return { ...done([]), text: await dumpOf(sqlOf(database), request.rows) };
    }
  } catch (error) {
    return { ...done([]), code: 1, stderr: complaint(error) };
  } finally {
    await database.exec('ROLLBACK');
    await database.exec('DISCARD ALL');
  }
}

function sqlOf(database: PGlite): Sql {
  return {
    rows: async (sql, values = []) =>
      rowsOf(await database.query(sql, [...values], { rowMode: 'array', parsers: AS_TEXT })),
    copyOut: async (source) => {
      const { blob } = await database.query(`COPY ${source} TO '/dev/blob'`);
      return (await blob?.text()) ?? '';
    },
  };
}

async function runCommand(database: PGlite, sql: string): Promise<DatabaseAnswer> {
  const results = await database.exec(sql, { rowMode: 'array', parsers: AS_TEXT });
  return done(results.flatMap(rowsOf));
}

async function runScript(database: PGlite, script: string, stopOnError: boolean): Promise<DatabaseAnswer> {
  const rows: Rows[number][] = [];
  let stderr = '';
  for (const part of splitScript(script)) {
    try {
      if (part.rows === null)
        rows.push(...(await database.exec(part.sql, { rowMode: 'array', parsers: AS_TEXT })).flatMap(rowsOf));
      else await database.query(copyFromBlob(part.sql), [], { blob: new Blob([part.rows]) });
    } catch (error) {
      stderr += `psql:<stdin>:${part.line}: ${complaint(error)}`;
      if (stopOnError) return { ...done(rows), code: 3, stderr };
    }
  }
  return { ...done(rows), stderr };
}

/** PGlite reads and writes COPY data as a file of this name. */
function copyFromBlob(sql: string): string {
  return withoutComments(sql).replace(/\bFROM\s+stdin\b/i, "FROM '/dev/blob'");
}

function rowsOf(result: Results): Rows {
  return result.rows.map((row) =>
    Array.isArray(row) ? row.map((value: unknown) => (typeof value === 'string' ? value : null)) : [],
  );
}

function done(rows: Rows): DatabaseAnswer {
  return { code: 0, stderr: '', rows, text: '' };
}

/** The message as psql prints it. */
function complaint(error: unknown): string {
  if (!(error instanceof Error)) return `ERROR:  ${String(error)}\n`;
  const { detail, hint } = error as { detail?: unknown; hint?: unknown };
  return [
    `ERROR:  ${error.message}`,
    ...(typeof detail === 'string' ? [`DETAIL:  ${detail}`] : []),
    ...(typeof hint === 'string' ? [`HINT:  ${hint}`] : []),
    '',
  ].join('\n');
}
