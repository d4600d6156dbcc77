import { readdirSync, readFileSync } from 'node:fs';

const FOLDERS = ['switch', 'control', 'probes', 'probes/lib'];

/** Read when the process starts: files of a later version that replace them must not mix with the rest of this one. */
const PROGRAMS: ReadonlyMap<string, string> = new Map(FOLDERS.flatMap(programsIn));

function programsIn(folder: string): readonly (readonly [string, string])[] {
  const place = new URL(`./${folder}/`, import.meta.url);
  return readdirSync(place)
    .filter((name) => /\.(sh|py)$/.test(name))
    .map((name) => [`${folder}/${name}`, readFileSync(new URL(name, place), 'utf8')]);
}

/**
 * A program for the host, kept as a file of its own language so that its own tools can check it. `path` is below
 * `src/remote`. Errors: throws if there is no such program.
 */
export function programText(path: string): string {
  const text = PROGRAMS.get(path);
  if (text === undefined) throw new Error(`there is no program ${path} for hosts`);
  return text;
}
