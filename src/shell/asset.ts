import { readFileSync } from 'node:fs';

/** A program for the host, kept as a file of its own language so that its own tools can check it. */
export function asset(name: string): string {
  return readFileSync(new URL(`./remote/${name}`, import.meta.url), 'utf8');
}
