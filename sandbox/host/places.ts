/** Where things are on the demo host: one temporary directory stands for the root of its file system. */
export interface Places {
  readonly base: string;
  /** First on the PATH of everything that runs there. */
  readonly bin: string;
  readonly home: string;
  /** The sites, each in a directory of its own, and the platform's scripts. */
  readonly sum: string;
  readonly scripts: string;
  /** The bare repositories that the sites call origin. */
  readonly git: string;
  /** What pip finds instead of an index. */
  readonly packages: string;
  /** The directory of the Python that virtual environments are made from. */
  readonly python: string;
  readonly run: string;
  /** The directory that psql takes for a host name, as it does with a real server's. */
  readonly database: string;
  readonly systemd: string;
  readonly journal: string;
}

export function placesIn(base: string): Places {
  return {
    base,
    bin: `${base}/bin`,
    home: `${base}/home/deploy`,
    sum: `${base}/srv/sum`,
    scripts: `${base}/srv/sum/bin`,
    git: `${base}/srv/git`,
    packages: `${base}/srv/packages`,
    python: `${base}/opt/python/bin`,
    run: `${base}/run`,
    database: `${base}/run/postgresql`,
    systemd: `${base}/run/systemd`,
    journal: `${base}/var/log/journal`,
  };
}

/** A real server's socket has this name too; psql and Django find it by the directory. */
export function databaseSocket(directory: string): string {
  return `${directory}/.s.PGSQL.5432`;
}

/** Where the one interpreter of the host takes programs. */
export function cpythonSocket({ run }: Places): string {
  return `${run}/cpython.sock`;
}

/** Longer paths of sockets are cut off by the kernel without a word. */
export const SOCKET_PATH_MAX = 107;
