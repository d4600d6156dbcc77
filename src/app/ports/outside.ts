/** Whether the store of the record keeps what is written to it. */
export interface RecordFitness {
  /** One line for each thing to change; empty: the store keeps everything. */
  problems(): Promise<readonly string[]>;
  /** The configuration accepts a store that could lose records. */
  readonly mayBeUnfit: boolean;
}

/** Signs and checks approvals with APPROVAL_SECRET. */
export interface Signer {
  sign(text: string): string;
  verify(text: string, signature: string): boolean;
}

export interface Clock {
  /** ISO 8601, UTC, milliseconds. */
  now(): string;
}
