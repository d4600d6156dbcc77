import type { Run } from './run.ts';

/** A run, or why its record can't be read: one damaged record must not hide the others. */
export type KnownRun =
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'unreadable'; readonly id: string; readonly why: string };

/** The newest runs, and how many older ones there are. */
export interface NewestRuns {
  readonly runs: readonly KnownRun[];
  readonly older: number;
}

/** What the record says of one site. */
export interface SiteOverview {
  readonly underWay: Run | null;
  /** The newest run that has ended. */
  readonly last: Run | null;
  /** The newest run whose checks passed. */
  readonly verified: Run | null;
}
