import { formatDistanceStrict } from 'date-fns';
import type { HealthReading } from '../domain/host/health.ts';
import { printable } from '../domain/text/printable.ts';

export function utc(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
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

/** `503 unhealthy (not ok: db)`; `text` writes the words of the site. */
export function healthText(
  { status, word, failing }: HealthReading,
  text: (words: string) => string = printable,
): string {
  if (status === null) return `no answer (${text(word)})`;
  return `${status} ${text(word)}${failing.length > 0 ? ` (not ok: ${failing.map(text).join(', ')})` : ''}`;
}
