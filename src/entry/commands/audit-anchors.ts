import { z } from 'zod';
import type { StoredEvent } from '../../domain/run/event.ts';

/** An entry as something outside of Redis remembers it: a line of the log, or the commit of the records. */
export interface Anchor {
  readonly run: string;
  readonly seq: number;
  /** 64 hex digits. */
  readonly hash: string;
  /** Milliseconds since 1970; null: unknown. */
  readonly at: number | null;
}

/** What is remembered outside of Redis, by run. */
export type Anchors = ReadonlyMap<string, readonly Anchor[]>;

export function byRun(anchors: Iterable<Anchor>): Anchors {
  const found = new Map<string, Anchor[]>();
  for (const anchor of anchors) {
    const ofRun = found.get(anchor.run);
    if (ofRun === undefined) found.set(anchor.run, [anchor]);
    else ofRun.push(anchor);
  }
  return found;
}

const logged = z.object({
  msg: z.literal('recorded'),
  run: z.string(),
  seq: z.int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  time: z.iso.datetime().optional(),
});

const TRAILER = /^\s*Rollback-Record: (\S+) (\d+) ([0-9a-f]{64})$/;

/** The anchor in a line of the bot's or a worker's log, or of `git log` of the records; null: the line has none. */
export function readAnchor(line: string): Anchor | null {
  const trailer = TRAILER.exec(line);
  if (trailer !== null)
    return { run: trailer[1] ?? '', seq: Number(trailer[2]), hash: trailer[3] ?? '', at: null };
  // `journalctl` and container logs put something in front of it.
  const start = line.indexOf('{');
  const result = logged.safeParse(start < 0 ? null : json(line.slice(start)));
  if (!result.success) return null;
  const { run, seq, hash, time } = result.data;
  return { run, seq, hash, at: time === undefined ? null : Date.parse(time) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Pure: how the record of one run differs from what is remembered of it elsewhere; null: it does not. */
export function anchorProblem(events: readonly StoredEvent[], anchors: readonly Anchor[]): string | null {
  const ordered = anchors.toSorted((a, b) => a.seq - b.seq);
  const other = ordered.find(({ seq, hash }) => seq < events.length && events[seq]?.hash !== hash);
  if (other !== undefined)
    return `entry ${other.seq} (${events[other.seq]?.event.type}) is another one than the log remembers`;
  const last = ordered.at(-1);
  if (last === undefined || last.seq < events.length) return null;
  return events.length === 0
    ? `its record is gone, and the log remembers ${last.seq + 1} entries`
    : `its end was cut off: it has ${events.length} entries, and the log remembers ${last.seq + 1}`;
}
