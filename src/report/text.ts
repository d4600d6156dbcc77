import { formatDistanceStrict } from 'date-fns';
import type { HealthReading } from '../domain/host/health.ts';
import { withoutTerminalCodes } from '../domain/text/host-text.ts';

/** Longest name of a site or a version in a title, so that people still see what comes after it. */
const LONGEST_NAME = 60;

/** A name that others chose, for titles and plain text: one short line. */
export function oneLine(text: string, limit: number = LONGEST_NAME): string {
  return shortened(printable(text).replaceAll(/\s+/g, ' ').trim(), limit);
}

/** Cut off with `…`, never through a character. */
function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Text without control characters, and with those that turn its direction made visible. */
export function printable(text: string): string {
  return withoutTerminalCodes(text)
    .replaceAll(/[^\P{Cc}\t\n]/gu, '')
    .replaceAll(
      /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      (mark) => `‹U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`,
    );
}

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
