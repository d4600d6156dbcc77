import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./remote/', import.meta.url);

/** Read when the process starts: files of a later version that replace them must not mix with the rest of this one. */
const ASSETS: ReadonlyMap<string, string> = new Map(
  readdirSync(FOLDER)
    .filter((name) => /\.(sh|py)$/.test(name))
    .map((name) => [name, readFileSync(new URL(name, FOLDER), 'utf8')]),
);

/**
 * A program for the host, kept as a file of its own language so that its own tools can check it. Errors: throws where there is
 * none of that name.
 */
export function asset(name: string): string {
  const text = ASSETS.get(name);
  if (text === undefined) throw new Error(`there is no program ${name} for hosts`);
  return text;
}
