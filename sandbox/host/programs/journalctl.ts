import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { placesIn } from '../places.ts';
import { readJournal } from '../units/journal.ts';

/** The demo host's journalctl: the lines of some units in the order of time. */

const [base = '', ...args] = process.argv.slice(2);
const { values } = parseArgs({
  args,
  options: {
    unit: { type: 'string', short: 'u', multiple: true },
    since: { type: 'string', short: 'S' },
    lines: { type: 'string', short: 'n' },
    output: { type: 'string', short: 'o' },
    quiet: { type: 'boolean', short: 'q' },
    'no-pager': { type: 'boolean' },
  },
});

const since = Number(/^@(\d+(?:\.\d+)?)$/.exec(values.since ?? '')?.[1] ?? 0);
const entries = (values.unit ?? [])
  .map((unit) => `${placesIn(base).journal}/${unit}`)
  .filter((path) => existsSync(path))
  .flatMap((path) => readJournal(readFileSync(path, 'utf8')))
  .filter((entry) => entry.at >= since)
  .toSorted((a, b) => a.at - b.at);
const count = values.lines === undefined ? entries.length : Number(values.lines);
for (const { at, program, pid, text } of entries.slice(Math.max(0, entries.length - count)))
  process.stdout.write(
    values.output === 'cat' ? `${text}\n` : `${clock(at)} demo ${program}[${pid}]: ${text}\n`,
  );
if (entries.length === 0 && values.quiet !== true) process.stdout.write('-- No entries --\n');

function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}
