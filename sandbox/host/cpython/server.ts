import { setFlagsFromString } from 'node:v8';
import { answerAt } from '../call.ts';
import { type Cpython, loadCpython } from './cpython.ts';
import { pythonQuestion } from './question.ts';

/**
 * The demo host's Python: `server.js SOCKET`. One interpreter for all programs, because it takes seconds to load, and in a
 * process of its own, because a program that waits for what it has started lets nothing else run here.
 *
 * So one program runs after the other. None of them waits for another: what a program starts asks the database server, the
 * unit manager or the disk, each in another process, and `python3` refuses to be called from inside. A lock that a
 * program waits for is only ever held by programs, and those have ended by then.
 */

const SAID_MAX = 2_000;

// Node would print the line of the error, and the interpreter's source is one line of a megabyte.
process.on('uncaughtException', giveUp);

// As for the database: compiling for speed costs more here than it brings back.
setFlagsFromString('--liftoff-only');

const [socket = ''] = process.argv.slice(2);
let loaded: Promise<Cpython> | undefined;
await answerAt(socket, async (text) => {
  const question = pythonQuestion.parse(text);
  try {
    // The first one waits until it is loaded, so that the start of the host does not.
    loaded ??= loadCpython();
    return (await loaded)(question);
  } catch (error) {
    // A program's own errors are answers; after one of the interpreter it can no longer be trusted.
    return giveUp(error);
  }
});
// The demo holds our standard input: when it goes, however it goes, so do we.
process.stdin.resume().once('end', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');

function giveUp(error: unknown): never {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`the demo host's Python has ended: ${said.slice(0, SAID_MAX)}\n`);
  process.exit(1);
}
