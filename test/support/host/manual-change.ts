/** What someone did on a host by hand. */
export interface ManualChange {
  /** A shell command as root. */
  readonly do: string;
  /** A shell command that undoes it, if that is possible and necessary. */
  readonly undo?: string;
}
