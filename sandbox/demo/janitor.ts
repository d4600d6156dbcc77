import { rmSync } from 'node:fs';
import { killProcessesNaming } from '../host/processes.ts';

/**
 * `janitor.js DIRECTORY`: waits until its standard input is closed, which happens however the demo ends, and then ends
 * everything that still runs in the demo's directory and removes it.
 */
const directory = process.argv[2] ?? '';
process.on('SIGTERM', () => undefined);
process.stdin.resume().once('end', () => {
  void killProcessesNaming(directory).then(() => rmSync(directory, { recursive: true, force: true }));
});
