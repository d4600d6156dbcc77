import { fileURLToPath } from 'node:url';

/** Where the build puts the cluster that each start begins from. */
export const CLUSTER_FILE = fileURLToPath(
  new URL('../../../dist-sandbox/host/database/cluster.tar', import.meta.url),
);

/** Compiling WebAssembly for speed costs more here than it brings back: with this the start takes a fifth less. */
export const WASM_FLAGS = '--liftoff-only';
