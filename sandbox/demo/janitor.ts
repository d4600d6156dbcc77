import { rmSync } from 'node:fs';
import { killProcessesNaming } from '../host/processes.ts';

/**
 * `janitor.js DIRECTORY`: waits until its standard input closes, which happens however the demo ends. Then it kills all
 * processes of the demo's directory and removes the directory.
 */
const directory = process.argv[2] ?? '';
process.on('SIGTERM', () => undefined);
process.stdin.resume().once('end', () => {
  void killProcessesNaming(directory).then(() => rmSync(directory, { recursive: true, force: true }));
});
