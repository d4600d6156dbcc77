import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

/** The unit suite tests decisions and sentences. Tests that need a program belong in `test/integration`. */

function refuse(): never {
  throw new Error('a unit test must not start a process: move this test to test/integration');
}

// All other functions of the module end in one of these.
Object.assign(childProcess.ChildProcess.prototype, { spawn: refuse });
Object.assign(childProcess, { spawnSync: refuse, execFileSync: refuse, execSync: refuse });
syncBuiltinESMExports();
