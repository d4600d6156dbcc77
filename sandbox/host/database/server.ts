import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { z } from 'zod';
import { answerAt } from '../call.ts';
import { type DatabaseAnswer, databaseRequest } from './request.ts';
import { playSession } from './session.ts';

/**
 * The demo host's PostgreSQL: `server.js SOCKET ROLES_FILE`. It makes one cluster with all roles and databases, then gives
 * each database a copy of it: PGlite has only one backend, which sees only one database.
 */

const roles = z.record(z.string().regex(/^\w+$/), z.string());

const [socket = '', rolesFile = ''] = process.argv.slice(2);
const passwords = roles.parse(JSON.parse(readFileSync(rolesFile, 'utf8')));
const names = Object.keys(passwords);

// Optimised compilation of WebAssembly costs more time here than it saves: with this flag the start takes a fifth less.
setFlagsFromString('--liftoff-only');

const databases = await openDatabases();
mkdirSync(dirname(socket), { recursive: true });
await answerAt(socket, async (question) => {
  const request = databaseRequest.parse(question);
  const database = databases.get(request.database);
  if (passwords[request.user] !== request.password)
    return refused(`password authentication failed for user "${request.user}"`);
  if (database === undefined) return refused(`database "${request.database}" does not exist`);
  return inTurn(request.database, () => playSession(database, request));
});
// The demo holds the other end of standard input. However the demo ends, this process ends too.
process.stdin.resume().once('end', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');

async function openDatabases(): Promise<ReadonlyMap<string, PGlite>> {
  const cluster = await PGlite.create();
  for (const name of names) {
    await cluster.exec(`CREATE ROLE ${name} LOGIN`);
    // COPY needs these rights because PGlite passes its data as a file.
    await cluster.exec(`GRANT pg_read_server_files, pg_write_server_files TO ${name}`);
    await cluster.exec(`CREATE DATABASE ${name} OWNER ${name}`);
  }
  const loadDataDir = await cluster.dumpDataDir('none');
  await cluster.close();
  const open = new Map<string, PGlite>();
  for (const name of names) open.set(name, await PGlite.create({ loadDataDir, database: name }));
  return open;
}

const queues = new Map<string, Promise<unknown>>();

/** One session after the other: statements of another client must not get into an open transaction. */
async function inTurn<T>(name: string, play: () => Promise<T>): Promise<T> {
  const turn = (queues.get(name) ?? Promise.resolve()).then(play);
  queues.set(
    name,
    turn.catch(() => undefined),
  );
  return turn;
}

function refused(why: string): DatabaseAnswer {
  return {
    code: 2,
    stderr: `psql: error: connection to server on socket "${socket}" failed: FATAL:  ${why}\n`,
    rows: [],
    text: '',
  };
}
