import type { ReasonCode } from '../../../src/domain/refusal.ts';
import type { TestSite } from '../../support/fakes/inventory.ts';
import type { LoginPreparation } from '../../support/host/login-preparations.ts';
import type { TreePreparation } from '../../support/host/tree-preparations.ts';
import type { UnitPreparation } from '../../support/host/unit-preparations.ts';
import type { VersionPreparation } from '../../support/host/version-changes.ts';

/** Faults that the test host can put into a site and remove again. */
export type Flavour =
  | 'hostile-env'
  | 'dirty'
  | 'lock'
  | 'disk'
  | 'flap'
  | 'slow-stop'
  | 'holder'
  | 'no-socket'
  | 'no-origin'
  | 'moved-tag';

/** A dump or a database as people have it. test/support/host/dump-changes.ts makes it. */
export type DumpPreparation =
  | 'dump-with-odd-names'
  | 'dump-with-dollars'
  | 'dump-with-large-object'
  | 'dump-with-function-body'
  | 'dump-with-psql-command'
  | 'dump-of-newer-client'
  | 'dump-with-owner'
  | 'dump-with-grant'
  | 'dump-with-extension'
  | 'dump-of-older-server'
  | 'dump-in-custom-format'
  | 'dump-of-rows-alone'
  | 'dump-of-newer-server'
  | 'large-object-of-postgres'
  | 'publication-of-postgres'
  | 'statistics-of-postgres'
  | 'comment-since'
  | 'untrusted-function';

/** What someone did on the host by hand before the command. test/support/host/verdict-host.ts does it. */
export type Preparation =
  | LoginPreparation
  | DumpPreparation
  | VersionPreparation
  | UnitPreparation
  | TreePreparation
  | 'nothing-fetched'
  | 'redis-stopped'
  | 'celery-stopped'
  | 'web-stopped'
  | 'later-backup'
  | 'table-of-another-role'
  | 'schema-of-another-role'
  | 'owner-of-public'
  | 'extension-in-own-schema'
  | 'database-of-another-site'
  | 'backup-of-another-site'
  | 'truncated-backup'
  | 'checked-out'
  | 'checked-out-and-installed'
  | 'not-restarted'
  | 'finished-by-hand'
  | 'database-restored'
  | 'restore-failed';

/**
 * The backups of the test host, from its header, oldest first:
 *
 * - acme-kitchens: `old` (seven days, schema of v0.4.0), `yesterday` and `fresh` (both of v0.5.0; five minutes before the
 *   upgrade)
 * - birch-bakery: `only` (schema of v0.5.x, two minutes before its upgrade)
 * - cedar-clinic: `good` (four minutes before the upgrade), `cut` (truncated), `late` (after the bad migration)
 * - dune-dental: `old` and `good` (seven minutes before the upgrade), both of v0.5.3; `empty` (a gzip of nothing); `media`
 */
export const BACKUPS = {
  'acme-kitchens': ['old', 'yesterday', 'fresh'],
  'birch-bakery': ['only'],
  'cedar-clinic': ['good', 'cut', 'late'],
  'dune-dental': ['old', 'good', 'empty', 'media'],
} as const satisfies Record<TestSite, readonly string[]>;

/** `prepared`: what the row's preparation has made. */
type BackupName = (typeof BACKUPS)[TestSite][number] | 'prepared';

/** The commits of dune-dental's main branch, oldest first. The other sites have tags. */
export const DUNE_COMMITS = ['first', 'hours', 'readme', 'early', 'revert', 'live'] as const;

export interface CardExpected {
  readonly verdict: 'card';
  readonly mode: 'full' | 'code-only' | 'database-only';
  /** A tag, a name from DUNE_COMMITS, or `prepared`: what the row's preparation has made. Absent if the code stays. */
  readonly to?: string;
  readonly backup?: BackupName;
  /** `Approve`: a second person decides. `Start`: the requester decides alone. */
  readonly button: 'Approve' | 'Start';
  readonly says?: readonly string[];
}

export interface RefusalExpected {
  readonly verdict: 'refused';
  readonly code: ReasonCode | 'cause-elsewhere';
  /** Each one must be in the sentence. `{backup:late}` becomes the name of that file. */
  readonly says: readonly string[];
}

export interface Played {
  readonly end: 'back' | 'put-back' | 'untouched' | 'needs-decision';
  /** Happens after the card and before the click, so the preflight does not see it. It is removed after the end. */
  readonly meanwhile?: Flavour;
  readonly after: HostExpected;
}

export interface HostExpected {
  /** A tag, or a name from DUNE_COMMITS. */
  readonly version: string;
  /** Version of the installed package; for dune-dental the installed tag. */
  readonly sumCore: string;
  readonly health?: 200 | 503;
  /** Files of the code, by path, with their content; null: there is no such file. */
  readonly files?: Readonly<Record<string, string | null>>;
  readonly leads: number;
  readonly lastMigration: string;
  /** Whether the contact form makes a new lead; absent if the site does not answer. */
  readonly form?: 'works' | 'broken';
  /** The units that are not active; absent if all are. */
  readonly inactive?: readonly string[];
  /** Its services start and die again and again, so what the health page and systemd say depends on the moment. */
  readonly flaps?: true;
}

export interface Row {
  readonly site: TestSite;
  readonly name: string;
  readonly flavours?: readonly Flavour[];
  /** Full if absent. */
  readonly sudoers?: 'golden' | 'none';
  /** How the platform's restore_db.sh behaves; plain if absent. */
  readonly restore?: 'strict';
  readonly prepared?: Preparation;
  /** What follows the site's name. `{backup:late}` and `{commit:v0.5.0}` become what they are on the host. */
  readonly asks: string;
  /** The bot asks first whether it may build the version. */
  readonly isUnreviewed?: true;
  readonly expected: CardExpected | RefusalExpected;
  /** The source of the expectation. */
  readonly why: string;
  /** What a person with an hour and a shell on that host finds out, and how: the command, and what it shows. */
  readonly byHand: string;
  readonly played?: Played;
}

export function refused(code: RefusalExpected['code'], ...says: readonly string[]): RefusalExpected {
  return { verdict: 'refused', code, says };
}

export function full(to: string, backup: BackupName, ...says: readonly string[]): CardExpected {
  return { verdict: 'card', mode: 'full', to, backup, button: 'Approve', says };
}

export function codeOnly(button: 'Approve' | 'Start', to: string, ...says: readonly string[]): CardExpected {
  return { verdict: 'card', mode: 'code-only', to, button, says };
}

export function databaseOnly(backup: BackupName, ...says: readonly string[]): CardExpected {
  return { verdict: 'card', mode: 'database-only', backup, button: 'Approve', says };
}
