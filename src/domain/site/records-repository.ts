/** Where people keep the matrix and the incident log, and how the bot writes there. */
export interface RecordsPlace {
  readonly repository: string;
  /** The branch that people maintain. */
  readonly branch: string;
  /** The branch that the bot pushes to. */
  readonly rollingBranch: string;
  /** Paths inside the repository. */
  readonly matrix: string;
  readonly incidents: string;
  readonly author: { readonly name: string; readonly email: string };
  /** The command that opens the pull request; null: people open it themselves. */
  readonly pullRequest: readonly string[] | null;
}
