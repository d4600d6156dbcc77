import type { MatrixReading } from '../../domain/matrix/compare.ts';
import type { Recording } from '../../domain/records/recording.ts';
import type { RunEvent } from '../../domain/run/event.ts';

/** The matrix and the incident log, which people keep. Never throws: if something did not work, the answer says so. */
export interface Records {
  matrix(): Promise<MatrixReading>;
  /** Writes a run's row and entry, once, however often it is called. */
  write(recording: Recording): Promise<RecordsOutcome>;
}

export type RecordsOutcome =
  /** The configuration names no repository for them. */
  | { readonly kind: 'none' }
  | ({ readonly kind: 'written' } & Omit<Extract<RunEvent, { type: 'records-written' }>, 'type'>)
  | { readonly kind: 'pending'; readonly why: string }
  /** Enough others are already waiting for the repository. Come back later. */
  | { readonly kind: 'busy' };
