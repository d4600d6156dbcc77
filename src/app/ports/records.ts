import type { MatrixReading } from '../../domain/matrix/compare.ts';
import type { Recording } from '../../domain/records/recording.ts';
import type { RunEvent } from '../../domain/run/event.ts';

/** What people have written down about the sites. Never throws: what did not go through is part of the answer. */
export interface Records {
  matrix(): Promise<MatrixReading>;
  /** Puts a run's row and entry there, once, however often it is asked. */
  write(recording: Recording): Promise<RecordsOutcome>;
}

export type RecordsOutcome =
  /** There is no place for them. */
  | { readonly kind: 'none' }
  | ({ readonly kind: 'written' } & Omit<Extract<RunEvent, { type: 'records-written' }>, 'type'>)
  | { readonly kind: 'pending'; readonly why: string }
  /** Enough others wait for the repository already: nobody waits behind them. */
  | { readonly kind: 'busy' };
