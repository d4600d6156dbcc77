import type { UnitKind } from '../site/site.ts';
import type { CommitInfo, ReflogEntry } from '../version/commit.ts';
import type { LoadedApplication, UnmetPin } from './environment.ts';
import type { EnvironmentFile } from './environment-file.ts';
import type { HealthReading } from './health.ts';
import type { UnitStart } from './unit-start.ts';

/** What the host says about one systemd unit. */
export interface UnitState {
  readonly name: string;
  readonly kind: UnitKind;
  readonly active: string;
  /** systemd's finer state, e.g. `running`, `auto-restart`. */
  readonly sub: string;
  readonly enabled: boolean;
  /** Why it ended the last time, in systemd's word; `success`: nothing is wrong. */
  readonly result: string;
  /** How often systemd has restarted it since a person started it. */
  readonly restarts: number;
  /** Exit code of its main process, when that ended. */
  readonly exitStatus: number;
  /** Since when its main process runs, in seconds since the epoch; null: it does not run. */
  readonly startedAt: number | null;
  /** After how many seconds systemd kills it if it does not stop; null: never. */
  readonly stopSeconds: number | null;
  /** What it starts, if that is not in the site's virtual environment; null: it is. */
  readonly foreignExecutable: string | null;
}

/** Whether the site's Redis answers a ping on the host. */
export interface RedisState {
  /** `host:port`, without a login. */
  readonly address: string;
  /** What it does instead of answering, e.g. `does not answer within 2 s`; null: it answers. */
  readonly problem: string | null;
}

/** One line of a quarantine file on the host, or what a person wrote into one. */
export interface QuarantineEntry {
  /** The quarantined version: the name of the file. */
  readonly name: string;
  /** The run that left it; null: a person placed the file. */
  readonly run: string | null;
  /** ISO 8601; null: unknown. */
  readonly since: string | null;
  readonly why: string;
}

/** The preflight's first question to the host, which changes nothing. Times are ISO 8601 in UTC. */
export interface Survey {
  readonly user: string;
  readonly owner: string;
  readonly hostname: string;
  readonly clock: string;
  readonly missingTools: readonly string[];
  readonly missingRights: readonly string[];
  /** Why sudo itself doesn't work, in its own words; null: it works, whatever it allows. */
  readonly sudoProblem: string | null;
  /** Where the login finds systemctl; null: nowhere. */
  readonly systemctl: string | null;
  readonly units: readonly UnitState[];
  /** Running or enabled units named after the site that the switch does not know, and so does not stop or start. */
  readonly otherUnits: readonly string[];
  /** What systemd would say to the start and the stop of each unit. */
  readonly starts: readonly UnitStart[];
  /** Units that start a shell, or env with options, so that nothing is known of their program. */
  readonly wrappers: readonly string[];
  /** Where gunicorn listens: `unix:/run/…`, `unix:@name` or `host:port`. */
  readonly bind: string | null;
  /** Where gunicorn's configuration says that it listens, if it listens nowhere of it now; else empty. */
  readonly movesTo: readonly string[];
  /** The executables that the units start from the virtual environment, relative to it. */
  readonly executables: readonly string[];
  /** What the unit has gunicorn load; null: unknown. */
  readonly application: LoadedApplication | null;
  /** A file of the code or the static files that belongs to another user, as `path (owner)`; null: none. */
  readonly foreignOwned: string | null;
  /** DJANGO_STATIC_ROOT of `.env`; null: it is not there. */
  readonly staticRoot: string | null;
  readonly lockFree: boolean;
  readonly indexLocked: boolean;
  readonly dirtyFiles: readonly string[];
  readonly live: CommitInfo;
  /** Newest first. */
  readonly reflog: readonly ReflogEntry[];
  readonly environmentFile: EnvironmentFile;
  /** Pins of the live code's requirements that the live environment does not meet. */
  readonly unmetPins: readonly UnmetPin[];
  /** `.sum/stack.yml` of the live code; null: there is none. */
  readonly stack: StackFile | null;
  /** The health page, asked behind the proxy, as the switch does. */
  readonly health: HealthReading;
  /** The Redis of `.env`; null: `.env` names none. */
  readonly redis: RedisState | null;
  /** logind kills whatever a login leaves running: the switch would die with the connection. */
  readonly endsProgramsAtLogout: boolean;
  /** Versions that should not go onto this site, by the files on the host. */
  readonly quarantine: readonly QuarantineEntry[];
  /** Another commit that ran here before has the same pin as the live one, so the pin names both. */
  readonly pinRanBefore: boolean;
  /** Highest number of a claimed run of this site on the host; 0: none. */
  readonly lastRun: number;
  readonly freeBytes: number;
}

/** What `.sum/stack.yml` of the live commit says; null: it says nothing. */
export interface StackFile {
  readonly slug: string | null;
  readonly environment: string | null;
  readonly domain: string | null;
  /** Tag or branch of sum-core. */
  readonly core: string | null;
}
