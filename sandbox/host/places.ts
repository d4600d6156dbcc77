/** Where things are on the demo host. One temporary directory is the root of its file system. */
export interface Places {
  readonly base: string;
  /** First on the PATH of everything that runs there. */
  readonly bin: string;
  readonly home: string;
  /** The sites, each in its own directory, and the platform's scripts. */
  readonly sum: string;
  readonly scripts: string;
  /** The bare repositories that the sites call origin. */
  readonly git: string;
  /** The packages that pip finds, in place of an index. */
  readonly packages: string;
  /** The Python that virtual environments are made from. */
  readonly python: string;
  readonly run: string;
  /** The directory with the database's socket, which psql accepts as a host name. */
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

/** The socket has the same name as a real server's: psql and Django only get its directory. */
export function databaseSocket(directory: string): string {
  return `${directory}/.s.PGSQL.5432`;
}

/** The socket of the host's only Python interpreter. */
export function cpythonSocket({ run }: Places): string {
  return `${run}/cpython.sock`;
}

/** The kernel cuts off longer paths of sockets without an error. */
export const SOCKET_PATH_MAX = 107;
