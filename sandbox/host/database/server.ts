import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { z } from 'zod';
import { answerAt } from '../call.ts';
import { type DatabaseAnswer, databaseRequest } from './request.ts';
import { playSession } from './session.ts';

/**
 * The demo host's PostgreSQL: `server.js SOCKET ROLES_FILE`. One cluster is made with all roles and databases; then each
 * database gets a copy of it of its own, because PGlite has one backend and that one looks at one database.
 */

const roles = z.record(z.string().regex(/^\w+$/), z.string());

const [socket = '', rolesFile = ''] = process.argv.slice(2);
const passwords = roles.parse(JSON.parse(readFileSync(rolesFile, 'utf8')));
const names = Object.keys(passwords);

// Compiling WebAssembly for speed costs more here than it brings back: with this the start takes a fifth less.
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
// The demo holds our standard input: when it goes, however it goes, so do we.
process.stdin.resume().once('end', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');

async function openDatabases(): Promise<ReadonlyMap<string, PGlite>> {
  const cluster = await PGlite.create();
  for (const name of names) {
    await cluster.exec(`CREATE ROLE ${name} LOGIN`);
    // What COPY needs here, because PGlite hands its data over as a file.
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

/** One session after the other: what a transaction holds open must not mix with what another client sends. */
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
