import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { SITES } from '../sites/definitions.ts';
import { CLUSTER_FILE, WASM_FLAGS } from './cluster.ts';

/** Part of the build: makes the cluster with all roles and databases once, which takes longer than to start all the rest. */

setFlagsFromString(WASM_FLAGS);

const cluster = await PGlite.create();
for (const { database } of SITES) {
  await cluster.exec(`CREATE ROLE ${database} LOGIN`);
  // What COPY needs here, because PGlite hands its data over as a file.
  await cluster.exec(`GRANT pg_read_server_files, pg_write_server_files TO ${database}`);
  await cluster.exec(`CREATE DATABASE ${database} OWNER ${database}`);
}
const files = await cluster.dumpDataDir('none');
writeFileSync(CLUSTER_FILE, new Uint8Array(await files.arrayBuffer()));
// It would go on for as long as the cluster is open.
process.exit(0);
