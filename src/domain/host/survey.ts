import type { StackFile } from '../matrix/compare.ts';
import type { UnitKind } from '../site/site.ts';

/** What the host says about one systemd unit. */
export interface UnitState {
  readonly name: string;
  readonly kind: UnitKind;
  readonly active: string;
  /** systemd's finer state, e.g. `running`, `auto-restart`. */
  readonly sub: string;
  readonly enabled: boolean;
  /** Why it ended the last time, in systemd's word; `success` where nothing is wrong. */
  readonly result: string;
  /** How often systemd has restarted it since somebody started it. */
  readonly restarts: number;
  /** Exit code of its main process, when that ended. */
  readonly exitStatus: number;
  /** Since when its main process runs, in seconds since the epoch; null: it does not run. */
  readonly startedAt: number | null;
  /** After how many seconds systemd kills what does not stop; null: never. */
  readonly stopSeconds: number | null;
  /** What it starts, where that is no program of the site's virtual environment; null: it is one. */
  readonly foreignExecutable: string | null;
}

/** A pin of requirements.txt that an environment does not meet. */
export interface UnmetPin {
  readonly name: string;
  /** The pinned version, or the ref of a VCS pin. */
  readonly wanted: string;
  /** null: it is not there at all. */
  readonly installed: string | null;
}

/** Whether the site's Redis answers a ping on the host. */
export interface RedisState {
  /** `host:port`, without a login. */
  readonly address: string;
  /** What it does instead of answering, e.g. `does not answer within 2 s`; null: it answers. */
  readonly problem: string | null;
}

/** How gunicorn is started, so that the same can be tried elsewhere. */
export interface LoadedApplication {
  /** Path inside the virtual environment, and the words before the options, e.g. `bin/python -m gunicorn`. */
  readonly program: readonly string[];
  /** e.g. `acme_kitchens.wsgi:application` */
  readonly name: string;
}

/** A commit of the site's repository as people need to see it. */
export interface CommitInfo {
  /** 40 lower-case hex digits. */
  readonly commit: string;
  readonly subject: string;
  /** Committer date, ISO 8601. */
  readonly committedAt: string;
  /** The sum-core version that requirements.txt pins there, e.g. `v0.5.3`; null if none is pinned. */
  readonly pin: string | null;
  /** Tags of the client repository at this commit. */
  readonly tags: readonly string[];
}

/** One row of the HEAD reflog: from when a commit was checked out on this host. */
export interface ReflogEntry {
  readonly commit: string;
  readonly at: string;
}

/** One line of a quarantine file on the host, or the words of a person who placed one. */
export interface QuarantineEntry {
  /** The quarantined version: the name of the file. */
  readonly name: string;
  /** The run that left it; null: a person placed the file. */
  readonly run: string | null;
  /** ISO 8601; null: not known. */
  readonly since: string | null;
  readonly why: string;
}

/** First look at the host, changing nothing. Times are ISO 8601 in UTC. */
export interface Survey {
  readonly user: string;
  readonly owner: string;
  readonly hostname: string;
  readonly clock: string;
  readonly missingTools: readonly string[];
  readonly missingRights: readonly string[];
  /** systemctl's path as sudoers has to name it. */
  readonly systemctl: string;
  readonly units: readonly UnitState[];
  /** Running or enabled units named after the site that the switch does not know, and so neither stops nor starts. */
  readonly otherUnits: readonly string[];
  /** Where gunicorn listens: `unix:/run/…` or `host:port`. */
  readonly bind: string | null;
  /** The executables that the units start from the virtual environment, relative to it. */
  readonly executables: readonly string[];
  /** What the unit has gunicorn load; null: it cannot be seen. */
  readonly application: LoadedApplication | null;
  /** A file of the code or the static files that belongs to somebody else, as `path (owner)`; null: none. */
  readonly foreignOwned: string | null;
  /** DJANGO_STATIC_ROOT of `.env`; null: it is not there. */
  readonly staticRoot: string | null;
  readonly lockFree: boolean;
  readonly indexLocked: boolean;
  readonly dirtyFiles: readonly string[];
  readonly live: CommitInfo;
  /** Newest first. */
  readonly reflog: readonly ReflogEntry[];
  /** null: bash reads `.env` as the platform's scripts do; otherwise what it said. */
  readonly environmentFileError: string | null;
  /** What the live code's requirements pin and the live environment has otherwise. */
  readonly unmetPins: readonly UnmetPin[];
  /** `.sum/stack.yml` of the live code; null: there is none. */
  readonly stack: StackFile | null;
  /** The health page, asked behind the proxy as the switch asks it. */
  readonly health: HealthReading;
  /** The Redis of `.env`; null: `.env` names none. */
  readonly redis: RedisState | null;
  /** logind ends what a login leaves running: the switch would die with the connection. */
  readonly endsProgramsAtLogout: boolean;
  /** Versions that should not go onto this site, by the files on the host. */
  readonly quarantine: readonly QuarantineEntry[];
  /** Another commit that ran here before has the pin of the live one: the pin's name means both. */
  readonly pinRanBefore: boolean;
  /** Highest number of a claimed run of this site on the host; 0: none. */
  readonly lastRun: number;
  readonly freeBytes: number;
}

/** Where a version came from, in the order in which it is looked for. */
export type VersionSource = 'commit' | 'tag' | 'reflog' | 'branch';

export interface ResolvedTarget extends CommitInfo {
  readonly source: VersionSource;
  /** When this commit was last checked out here, ISO 8601; null: never live here. */
  readonly liveUntil: string | null;
}

/** What the repository holds for a typed version; `domain/version.ts` decides what it means. */
export interface VersionFindings {
  /** The typed text as a commit, if it is one. */
  readonly commit: string | null;
  readonly localTag: string | null;
  readonly originTag: string | null;
  readonly originReached: boolean;
  /** Commits of the HEAD reflog with a matching sum-core pin, most recently live first. */
  readonly reflogMatches: readonly string[];
  /** Newest first. */
  readonly branchMatches: readonly string[];
  /** Everything that could have been meant: tags and pins. */
  readonly known: readonly string[];
  /** Details of every commit named above. */
  readonly commits: Readonly<Record<string, CommitInfo>>;
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

export interface Migration {
  readonly app: string;
  readonly name: string;
}

export interface AppliedMigration extends Migration {
  /** ISO 8601. */
  readonly appliedAt: string;
}

/** The raw answers; `domain/migrations.ts` turns them into the verdict. */
export interface MigrationFindings {
  readonly applied: readonly AppliedMigration[];
  /** What Django's loader finds in the target's code and packages; an error text if it could not look. */
  readonly target: readonly DiskMigration[] | { readonly error: string };
  readonly live: readonly DiskMigration[] | { readonly error: string };
}

export interface DiskMigration extends Migration {
  readonly replaces: readonly Migration[];
  /** Each of its operations is one that code which does not know it cannot notice. */
  readonly harmless: boolean;
  /** Django has a way back for each of its operations. */
  readonly reversible: boolean;
}

export interface DatabaseFacts {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly role: string;
  readonly oid: string;
  readonly sizeBytes: number;
  readonly serverVersion: string;
  /** Extensions that the site's role does not own: they stay, and the restore leaves them out. */
  readonly foreignExtensions: readonly string[];
  /** What other roles own and the restore could drop, or could not, as `schema.name (owner)`. */
  readonly foreignObjects: readonly string[];
  /** Tables that the site's own role may not read whole, as `schema.name`: no backup of it can be made. */
  readonly unreadable: readonly string[];
  /** Directories of other sites on the host whose `.env` names this very database. */
  readonly neighbours: readonly string[];
  /** Other roles with rights on the site's tables: a restored table does not have them any more. */
  readonly grantees: readonly string[];
}

/** One file of `backups/`, or the safety backup of a run, read to its end. */
export interface BackupFile {
  readonly name: string;
  /** The run whose safety backup it is; absent for a file of `backups/`. */
  readonly keptBy?: string;
  readonly bytes: number;
  /** From the name if it carries a stamp, else the file's time; ISO 8601. */
  readonly takenAt: string;
  /** The slug in the name, or null where the name has none. */
  readonly slug: string | null;
  readonly kind: 'database' | 'other';
  /** null: intact; otherwise why it is not a complete dump. */
  readonly problem: string | null;
  readonly sha256: string | null;
  readonly restoredBytes: number;
  readonly migrations: readonly Migration[];
  /** Rows of each table in the dump. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Rows of a table right now; not `exact`: the planner's estimate, because counting took too long. */
export interface RowCount {
  readonly rows: number;
  readonly exact: boolean;
}

/** The private copy from which the switch restores. */
export interface RestoreCopy {
  readonly path: string;
  readonly sha256: string;
}

export interface HealthReading {
  /** HTTP status, or null if nothing answered. */
  readonly status: number | null;
  /** The site's own word: ok, degraded, unhealthy; or what went wrong. */
  readonly word: string;
  readonly failing: readonly string[];
}
