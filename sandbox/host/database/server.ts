import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { z } from 'zod';
import { answerAt } from '../call.ts';
import type { DatabaseAnswer } from './answer.ts';
import { CLUSTER_FILE, WASM_FLAGS } from './cluster.ts';
import { databaseRequest } from './request.ts';
import { playSession } from './session.ts';

/**
 * The demo host's PostgreSQL: `server.js SOCKET ROLES_FILE`. The build has made one cluster with all roles and databases. Each
 * database gets a copy of it: PGlite has only one backend, which sees only one database.
 */

const roles = z.record(z.string().regex(/^\w+$/), z.string());

const [socket = '', rolesFile = ''] = process.argv.slice(2);
const passwords = roles.parse(JSON.parse(readFileSync(rolesFile, 'utf8')));
const names = Object.keys(passwords);

setFlagsFromString(WASM_FLAGS);

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
  const loadDataDir = new Blob([readFileSync(CLUSTER_FILE)]);
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
