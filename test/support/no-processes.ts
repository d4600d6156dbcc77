import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

/** Set up for the unit suite, which tests what is decided and said: what needs a program belongs in `test/integration`. */

function refuse(): never {
  throw new Error('a unit test starts no process: move this test to test/integration');
}

// Of the others, each ends in one of these.
Object.assign(childProcess.ChildProcess.prototype, { spawn: refuse });
Object.assign(childProcess, { spawnSync: refuse, execFileSync: refuse, execSync: refuse });
syncBuiltinESMExports();
