import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadPyodide } from 'pyodide';
import { z } from 'zod';
import type { Said } from '../said.ts';
import { machineCalls } from './machine-calls.ts';
import { type EmscriptenFiles, openFiles, shareFiles } from './machine-files.ts';
import type { PythonQuestion } from './question.ts';

/** Runs one program to its end. The process that calls it is blocked meanwhile. */
export type Cpython = (question: PythonQuestion) => Said;

const outcome = z.tuple([z.number(), z.string(), z.string()]);
/** The exit code of a real python3 that does not understand its arguments. */
const USAGE = 2;

/** CPython in WebAssembly, with this machine's files, users, locks and processes. Loading it takes about two seconds. */
export async function loadCpython(): Promise<Cpython> {
  const pyodide = await loadPyodide({ env: { HOME: '/' }, stdout: () => undefined });
  const files = pyodide.FS as EmscriptenFiles;
  shareFiles(files);
  pyodide.registerJsModule(
    'machine',
    machineCalls((fd) => files.streams[fd] ?? { fd }),
  );
  pyodide.runPython(sourceOf('gaps.py'));
  const runProgram: (...texts: readonly string[]) => string = pyodide.runPython(
    `${sourceOf('run-program.py')}\nrun_program`,
  );
  const own = new Set(openFiles(files));
  return ({ argv, env, cwd }) => {
    const program = programOf(argv);
    if (program === null)
      return {
        code: USAGE,
        stdout: '',
        stderr: 'this python3 can only be called as: [-I] -c PROGRAM [ARGUMENT]…\n',
      };
    const [code, stdout, stderr] = outcome.parse(
      JSON.parse(runProgram(program.source, JSON.stringify(program.argv), JSON.stringify(env), cwd)),
    );
    closeLeft();
    return { code, stdout, stderr };
  };

  /** Closes all files of a program, which also frees its locks, as the end of a process would. */
  function closeLeft(): void {
    const left = () => openFiles(files).filter((stream) => !own.has(stream));
    if (left().length === 0) return;
    // Collect unreachable file objects first: otherwise they would later close a number that another file has by then.
    pyodide.runPython('import gc; gc.collect()');
    for (const stream of left()) files.close(stream);
  }
}

/** Null for anything but `[-I] -c PROGRAM …`. It always runs isolated, as with -I: no site's modules are on its path. */
function programOf(
  argv: readonly string[],
): { readonly source: string; readonly argv: readonly string[] } | null {
  const [flag, source, ...rest] = argv[0] === '-I' ? argv.slice(1) : argv;
  return flag === '-c' && source !== undefined ? { source, argv: rest } : null;
}

function sourceOf(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');
}
