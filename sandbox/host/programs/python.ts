import { existsSync, readFileSync } from 'node:fs';
import { collectStatic, loaderAnswer, loadProject, migrate } from '../python/django.ts';
import { makeEnvironment } from '../python/environment.ts';
import { runGunicorn } from '../python/gunicorn.ts';
import { type Interpreter, interpreterOf, PythonError } from '../python/interpreter.ts';
import { pipInstall } from '../python/pip.ts';
import { runWorker } from '../python/worker.ts';

/**
 * The Python of the demo's sites. It runs no Python. It does what the few commands of the platform and the bot would do, with
 * the real files, and refuses everything else.
 */

const [base = '', prefix = '', ...argv] = process.argv.slice(2);

try {
  await run(interpreterOf(base, prefix), argv);
} catch (error) {
  if (!(error instanceof PythonError)) throw error;
  process.stderr.write(error.kind === 'ERROR' ? `ERROR: ${error.message}\n` : error.traceback());
  process.exitCode = 1;
}

async function run(interpreter: Interpreter, [first = '', ...rest]: readonly string[]): Promise<void> {
  if (first === '-c') return inline(interpreter, rest[0] ?? '');
  if (first === '-m') return module(interpreter, rest[0] ?? '', rest.slice(1));
  if (first === '--version') return say('Python 3.12.4 (stand-in)\n');
  if (first === 'manage.py') return manage(interpreter, rest[0] ?? '');
  if (existsSync(first) && readFileSync(first, 'utf8').includes('from gunicorn.app.wsgiapp import'))
    return runGunicorn(interpreter, rest);
  throw unknown(first);
}

function inline(interpreter: Interpreter, code: string): void {
  if (!code.includes('MigrationLoader')) throw unknown('-c');
  say(loaderAnswer(loadProject(interpreter, process.env)));
}

async function module(interpreter: Interpreter, name: string, rest: readonly string[]): Promise<void> {
  if (name === 'gunicorn') return runGunicorn(interpreter, rest);
  if (name === 'venv') return makeEnvironment(interpreter, rest.at(-1) ?? '');
  if (name !== 'pip') throw new PythonError('ModuleNotFoundError', `No module named ${name}`);
  if (!interpreter.isEnvironment) throw new PythonError('ERROR', 'externally-managed-environment');
  if (rest[0] === 'check') return say('No broken requirements found.\n');
  const file = rest.indexOf('-r');
  if (rest[0] !== 'install' || file < 0) throw unknown(`pip ${rest[0] ?? ''}`);
  say(pipInstall(interpreter, rest[file + 1] ?? ''));
}

async function manage(interpreter: Interpreter, command: string): Promise<void> {
  if (!existsSync('manage.py'))
    throw new PythonError('ERROR', "can't open file 'manage.py': [Errno 2] No such file or directory");
  const project = loadProject(interpreter, process.env);
  switch (command) {
    case 'migrate':
      return say(await migrate(project));
    case 'collectstatic':
      return say(collectStatic(project));
    case 'runworker':
      return runWorker(project);
    default:
      throw new PythonError('ERROR', `Unknown command: '${command}'`);
  }
}

function say(text: string): void {
  process.stdout.write(text);
}

function unknown(what: string): PythonError {
  return new PythonError('ERROR', `the demo's stand-in for Python cannot do this: ${what}`);
}
