export interface Confirmation {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}
