/** A pin of requirements.txt that an environment does not meet. */
export interface UnmetPin {
  readonly name: string;
  /** The pinned version, or the ref of a VCS pin. */
  readonly wanted: string;
  /** null: it is not installed. */
  readonly installed: string | null;
}

/** How the unit starts gunicorn, so that the bot can try the same with another environment. */
export interface LoadedApplication {
  /** Path inside the virtual environment, and the words before the options, e.g. `bin/python -m gunicorn`. */
  readonly program: readonly string[];
  /** e.g. `acme_kitchens.wsgi:application` */
  readonly name: string;
}

/** The target's source tree and virtual environment, beside the live ones. */
export interface PreparedEnvironment {
  readonly tree: string;
  readonly venv: string;
  /** Reused from an earlier run instead of built. */
  readonly reused: boolean;
  /** The host can keep a build away from the site: from its `.env`, its processes and its files. Absent: nothing is built. */
  readonly confined?: boolean;
  /** What the site's disk has free after the build. */
  readonly freeBytes: number;
  /** Installed distribution -> VCS commit or version, of what the target pins. */
  readonly installed: Readonly<Record<string, string>>;
}
