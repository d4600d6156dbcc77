import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadPyodide } from 'pyodide';
import { z } from 'zod';
import type { Said } from '../said.ts';
import { machineCalls } from './machine-calls.ts';
import { type EmscriptenFiles, openFiles, shareFiles } from './machine-files.ts';
import type { PythonQuestion } from './question.ts';

/** Runs one program to its end; the caller's process waits meanwhile. */
export type Cpython = (question: PythonQuestion) => Said;

const outcome = z.tuple([z.number(), z.string(), z.string()]);
/** What the real one ends with when it does not understand how it was called. */
const USAGE = 2;

/** CPython in WebAssembly, with this machine's files, users, locks and processes. Takes about two seconds to load. */
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
        stderr: 'this python3 knows one way to be called: [-I] -c PROGRAM [ARGUMENT]…\n',
      };
    const [code, stdout, stderr] = outcome.parse(
      JSON.parse(runProgram(program.source, JSON.stringify(program.argv), JSON.stringify(env), cwd)),
    );
    closeLeft();
    return { code, stdout, stderr };
  };

  /** The end of a process closes its files and gives its locks back. */
  function closeLeft(): void {
    const left = () => openFiles(files).filter((stream) => !own.has(stream));
    if (left().length === 0) return;
    // First those of objects that nobody holds, or they would later close a number that is another's by then.
    pyodide.runPython('import gc; gc.collect()');
    for (const stream of left()) files.close(stream);
  }
}

/** Null for anything but `[-I] -c PROGRAM …`. It always runs as -I asks for: no site's modules are on its path. */
function programOf(
  argv: readonly string[],
): { readonly source: string; readonly argv: readonly string[] } | null {
  const [flag, source, ...rest] = argv[0] === '-I' ? argv.slice(1) : argv;
  return flag === '-c' && source !== undefined ? { source, argv: rest } : null;
}

function sourceOf(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');
}
