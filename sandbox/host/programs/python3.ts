import { call } from '../call.ts';
import { INSIDE } from '../cpython/inside.ts';
import { cpythonSocket, placesIn } from '../places.ts';
import { parseSaid, repeat } from '../said.ts';

/** The demo host's python3: sends its program to the host's only interpreter and prints the answer. */

const [base = '', ...argv] = process.argv.slice(2);
try {
  if (process.env[INSIDE] !== undefined) throw new Error('it is running the program that started this one');
  const question = { argv, env: process.env, cwd: process.cwd() };
  repeat(parseSaid(await call(cpythonSocket(placesIn(base)), question)));
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`python3: the demo host's Python does not answer: ${why}\n`);
  process.exitCode = 1;
}
