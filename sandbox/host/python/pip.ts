import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type Interpreter, PythonError } from './interpreter.ts';
import { matches, newest, parseRequirements, type Requirement } from './requirements.ts';

/** `pip install -r FILE`, from a directory of packages in place of an index. Errors: PythonError, in pip's words. */
export function pipInstall(interpreter: Interpreter, requirementsFile: string): string {
  const wanted = parseRequirements(readFileSync(requirementsFile, 'utf8'));
  const chosen = wanted.map((requirement) => choose(interpreter, requirement));
  const fresh = chosen.filter(({ name, version }) => !existsSync(distInfo(interpreter, name, version)));
  for (const { name, version } of fresh) install(interpreter, name, version);
  if (fresh.length === 0) return 'Requirement already satisfied\n';
  return `Successfully installed ${fresh.map(({ name, version }) => `${name}-${version}`).join(' ')}\n`;
}

interface Chosen {
  readonly name: string;
  readonly version: string;
}

function choose({ places }: Interpreter, requirement: Requirement): Chosen {
  const prefix = `${requirement.name}-`;
  const versions = readdirSync(places.packages)
    .filter((folder) => folder.startsWith(prefix))
    .map((folder) => folder.slice(prefix.length));
  const version = newest(versions.filter((one) => matches(requirement, one)));
  if (version !== null) return { name: requirement.name, version };
  throw new PythonError(
    'ERROR',
    `Could not find a version that satisfies the requirement ${requirement.text} (from versions: ${versions.join(', ') || 'none'})\nERROR: No matching distribution found for ${requirement.text}`,
  );
}

function install(interpreter: Interpreter, name: string, version: string): void {
  const { places, sitePackages, prefix } = interpreter;
  const source = `${places.packages}/${name}-${version}`;
  uninstall(interpreter, name);
  const info = distInfo(interpreter, name, version);
  mkdirSync(info, { recursive: true });
  const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name: folder } of folders)
    cpSync(`${source}/${folder}`, `${sitePackages}/${folder}`, { recursive: true });
  writeFileSync(`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`);
  writeFileSync(`${info}/RECORD`, folders.map((folder) => `${folder.name}\n`).join(''));
  const scripts = existsSync(`${source}/entry_points.txt`)
    ? readFileSync(`${source}/entry_points.txt`, 'utf8')
    : '';
  for (const [, script = '', target = ''] of scripts.matchAll(/^(\w+) = (.+)$/gm))
    consoleScript(`${prefix}/bin/${script}`, `${prefix}/bin/python`, target);
}

function uninstall({ sitePackages }: Interpreter, name: string): void {
  for (const folder of readdirSync(sitePackages)) {
    if (!folder.startsWith(`${name}-`) || !folder.endsWith('.dist-info')) continue;
    for (const line of readFileSync(`${sitePackages}/${folder}/RECORD`, 'utf8').split('\n').filter(Boolean))
      rmSync(`${sitePackages}/${line}`, { recursive: true, force: true });
    rmSync(`${sitePackages}/${folder}`, { recursive: true });
  }
}

function distInfo({ sitePackages }: Interpreter, name: string, version: string): string {
  return `${sitePackages}/${name}-${version}.dist-info`;
}

/** pip's scripts for paths that are too long for a `#!` line: a shell script to sh, a string to Python. */
function consoleScript(path: string, python: string, target: string): void {
  const [module = '', run = ''] = target.split(':');
  writeFileSync(
    path,
    `#!/bin/sh\n'''exec' "${python}" "$0" "$@"\n' '''\nimport sys\nfrom ${module} import ${run}\nsys.exit(${run}())\n`,
  );
  chmodSync(path, 0o755);
}
