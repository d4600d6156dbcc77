import { setFlagsFromString } from 'node:v8';
import { answerAt } from '../call.ts';
import { type Cpython, loadCpython } from './cpython.ts';
import { pythonQuestion } from './question.ts';

/**
 * The demo host's Python: `server.js SOCKET`. All programs share one interpreter, because loading it takes seconds. It has
 * its own process, because a program that waits for a child blocks everything else in it.
 *
 * So programs run one after the other. None of them ever waits for another one: what a program starts only asks the database
 * server, the unit manager or the disk, and those are other processes. `python3` refuses to be called by a program that it
 * runs. Only programs hold the locks that a program waits for, and the earlier ones have ended by then.
 */

const SAID_MAX = 2_000;

// Node would print the source line of the error, and the interpreter's source is one line of a megabyte.
process.on('uncaughtException', giveUp);

// As for the database server: optimised compilation costs more time here than it saves.
setFlagsFromString('--liftoff-only');

const [socket = ''] = process.argv.slice(2);
let loaded: Promise<Cpython> | undefined;
await answerAt(socket, async (text) => {
  const question = pythonQuestion.parse(text);
  try {
    // The first program waits until the interpreter is loaded, so that the start of the host does not have to.
    loaded ??= loadCpython();
    return (await loaded)(question);
  } catch (error) {
    // Errors of a program are answers. After an error of the interpreter itself, nothing it does can be trusted.
    return giveUp(error);
  }
});
// The demo holds the other end of standard input. However the demo ends, this process ends too.
process.stdin.resume().once('end', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');

function giveUp(error: unknown): never {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`the demo host's Python has ended: ${said.slice(0, SAID_MAX)}\n`);
  process.exit(1);
}
