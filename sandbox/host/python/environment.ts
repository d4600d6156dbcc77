import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { installProgram } from '../install-programs.ts';
import { type Interpreter, interpreterOf, PYTHON_VERSION } from './interpreter.ts';

/** `python -m venv DIR`. */
export function makeEnvironment({ places }: Interpreter, directory: string): void {
  const made = interpreterOf(places.base, resolve(directory));
  mkdirSync(`${made.prefix}/bin`, { recursive: true });
  mkdirSync(made.sitePackages, { recursive: true });
  const config = [
    `home = ${places.python}`,
    'include-system-site-packages = false',
    `version = ${PYTHON_VERSION}.4`,
    `executable = ${places.python}/python${PYTHON_VERSION}`,
  ];
  writeFileSync(`${made.prefix}/pyvenv.cfg`, `${config.join('\n')}\n`);
  for (const name of ['python', 'python3'])
    installProgram(`${made.prefix}/bin/${name}`, 'python', [places.base, made.prefix]);
}
