import { formatDistanceStrict } from 'date-fns';
import type { HealthReading } from '../domain/host/health.ts';
import { oneLine } from '../domain/text/printable.ts';

/** `2026-03-01 02:20 UTC`; text that is not a time stays as it is. */
export function utc(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time)
    ? oneLine(iso)
    : `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `35 minutes`, between two moments. */
export function distance(from: string, to: string): string {
  return formatDistanceStrict(new Date(from), new Date(to));
}

/** `6.0 s`, `1 min 8 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

/** What a health page can say, in characters and in names. Records of older versions may hold more. */
const LONGEST_WORD = 300;
const LONGEST_CHECK = 40;
const MOST_CHECKS = 20;

/** `503 unhealthy (not ok: db)`; `text` writes the words of the site. */
export function healthText(
  { status, word, failing }: HealthReading,
  text: (words: string) => string = (words) => words,
): string {
  const said = text(oneLine(word, LONGEST_WORD));
  if (status === null) return `no answer (${said})`;
  const checks = failing.slice(0, MOST_CHECKS).map((name) => text(oneLine(name, LONGEST_CHECK)));
  return `${status} ${said}${checks.length > 0 ? ` (not ok: ${checks.join(', ')})` : ''}`;
}
