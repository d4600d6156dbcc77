export function placesIn(base) {
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
export function databaseSocket(directory) {
    return `${directory}/.s.PGSQL.5432`;
}
/** Longer paths of sockets are cut off by the kernel without a word. */
export const SOCKET_PATH_MAX = 107;
