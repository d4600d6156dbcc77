/** A pin of requirements.txt that an environment does not meet. */
export interface UnmetPin {
  readonly name: string;
  /** The pinned version, or the ref of a VCS pin. */
  readonly wanted: string;
  /** null: it is not there at all. */
  readonly installed: string | null;
}

/** How gunicorn is started, so that the same can be tried elsewhere. */
export interface LoadedApplication {
  /** Path inside the virtual environment, and the words before the options, e.g. `bin/python -m gunicorn`. */
  readonly program: readonly string[];
  /** e.g. `acme_kitchens.wsgi:application` */
  readonly name: string;
}

/** The target's source tree and virtual environment beside the live ones: built, or kept from before. */
export interface PreparedEnvironment {
  readonly tree: string;
  readonly venv: string;
  /** Reused from an earlier run instead of built. */
  readonly reused: boolean;
  /** What the disk of the site has left after it was built. */
  readonly freeBytes: number;
  /** Installed distribution -> VCS commit or version, of what the target pins. */
  readonly installed: Readonly<Record<string, string>>;
}
