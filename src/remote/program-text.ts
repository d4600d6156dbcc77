import { readdirSync, readFileSync } from 'node:fs';

const HERE = new URL('./', import.meta.url);

/** All programs are read when the process starts. An update replaces the files, and its programs must not mix with this code. */
const PROGRAMS: ReadonlyMap<string, string> = new Map(
  readdirSync(HERE, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(sh|py)$/.test(path))
    .map((path) => [path, readFileSync(new URL(path, HERE), 'utf8')]),
);

/**
 * The text of a program for hosts. Each program is a file in its own language, so that the tools of that language can check
 * it. `path` is relative to this folder. Errors: throws if there is no such program.
 */
export function programText(path: string): string {
  const text = PROGRAMS.get(path);
  if (text === undefined) throw new Error(`there is no program ${path} for hosts`);
  return text;
}
