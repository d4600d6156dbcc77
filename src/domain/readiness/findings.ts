import { judgedAlone, withoutAsking } from '../host/judge-alone.ts';
import type { BackupFile, Survey } from '../host/survey.ts';
import { surveyRefusal } from '../host/survey-rules.ts';
import type { ReasonCode, Refusal } from '../refusal.ts';
import type { Site } from '../site/site.ts';

/** What is looked at, in the order in which a person would put it right. */
export const SUBJECTS = [
  'host',
  'rights',
  'lock',
  'code',
  'disk',
  'cause',
  'database',
  'backup',
  'target',
  'approvers',
] as const;

export type Subject = (typeof SUBJECTS)[number];

/** A refusal of the preflight, as it would come now, or one of the two that only a look by day knows. */
export type FindingCode = ReasonCode | 'approvers-missing' | 'backup-old';

/** Something that would stand in the way of a rollback, or that cannot be told. */
export interface Trouble {
  readonly subject: Subject;
  readonly kind: 'bad' | 'cannot-tell';
  readonly code: FindingCode;
  readonly sentence: string;
  readonly next: string;
}

export interface Good {
  readonly subject: Subject;
  readonly kind: 'good';
  readonly sentence: string;
}

export type Finding = Good | Trouble;

/** What one look found on the host of a site. */
export interface SiteLook {
  /** When it began, ISO 8601. */
  readonly lookedAt: string;
  readonly findings: readonly Finding[];
}

/** What people have been told of and what has not become good again since. */
export type Told = Pick<Trouble, 'subject' | 'code'>;

export function good(subject: Subject, sentence: string): Good {
  return { subject, kind: 'good', sentence };
}

export function bad(subject: Subject, { code, sentence, next }: Refusal): Trouble {
  return { subject, kind: 'bad', code, sentence, next: withoutAsking(next) };
}

export function cannotTell(subject: Subject, { code, sentence, next }: Refusal): Trouble {
  return { subject, kind: 'cannot-tell', code, sentence, next: withoutAsking(next) };
}

export function troubles(findings: readonly Finding[]): readonly Trouble[] {
  const order = (one: Finding) => SUBJECTS.indexOf(one.subject);
  return findings.filter((one) => one.kind !== 'good').toSorted((a, b) => order(a) - order(b));
}

/** What nobody has been told of yet. */
export function becameWorse(findings: readonly Finding[], told: readonly Told[]): readonly Trouble[] {
  return troubles(findings).filter((trouble) => !told.some((one) => isSame(one, trouble)));
}

/**
 * What people know once they have been told of these findings. What is good again is forgotten, so that it is told when it
 * comes back; what could not be looked at is not.
 */
export function toldAfter(findings: readonly Finding[], told: readonly Told[]): readonly Told[] {
  const now = troubles(findings).map(({ subject, code }) => ({ subject, code }));
  const seen = new Set(findings.flatMap(({ subject, kind }) => (kind === 'cannot-tell' ? [] : [subject])));
  return [
    ...now,
    ...told.filter((one) => !seen.has(one.subject) && !now.some((other) => isSame(one, other))),
  ];
}

function isSame(a: Told, b: Told): boolean {
  return a.subject === b.subject && a.code === b.code;
}

/** All that the preflight's first look would refuse, instead of the first of it. */
export function surveyFindings(survey: Survey, root: string): readonly Finding[] {
  const { user, owner, missingTools, missingRights, endsProgramsAtLogout, units, bind, freeBytes } = survey;
  const { environmentFileError, lockFree, indexLocked, foreignOwned, dirtyFiles } = survey;
  const judge = (part: Partial<Survey>) => judgedAlone(survey, part, root);
  const about = (subject: Subject, sentence: string, refusals: readonly (Refusal | null)[]) => {
    const found = refusals.filter((one) => one !== null).map((one) => bad(subject, one));
    return found.length > 0 ? found : [good(subject, sentence)];
  };
  // Whoever does not own the site sees none of it.
  if (user !== owner) return about('rights', '', [judge({ owner })]);
  const findings = [
    ...about('host', 'tools, units and .env are as a rollback needs them', [
      judge({ missingTools }),
      judge({ endsProgramsAtLogout }),
      judge({ units }) ?? judge({ bind }),
      judge({ environmentFileError }),
    ]),
    ...about('rights', 'the bot may stop and start the units', [judge({ missingRights })]),
    ...about('lock', 'deploy.lock is free', [judge({ lockFree })]),
    ...about('code', 'nothing was changed by hand', [
      judge({ indexLocked }),
      judge({ foreignOwned }),
      judge({ dirtyFiles }),
    ]),
    ...about('disk', `${Math.floor(freeBytes / 1024 ** 2)} MB are free`, [judge({ freeBytes })]),
  ];
  const refusal = surveyRefusal(survey, root);
  // A rule that came later and has no place above must not look like none.
  return refusal !== null && troubles(findings).length === 0 ? [...findings, bad('host', refusal)] : findings;
}

/** The backups of a site, newest first, up to the first that was read to its end and is complete. */
export interface ReadBackups {
  readonly newest: BackupFile | null;
  /** Newer ones that cannot be used. */
  readonly unusable: readonly { readonly name: string; readonly why: string }[];
  /** By the host's clock, ISO 8601. */
  readonly readAt: string;
}

/** More names than this nobody reads. */
const MOST_NAMED = 3;

/** Whether there is a backup that could be restored, and how much a restore would lose. */
export function backupFindings(
  { newest, unusable, readAt }: ReadBackups,
  site: Pick<Site, 'root' | 'bin' | 'slug'>,
  maxAgeMs: number,
): readonly Finding[] {
  const command = `${site.bin}/backup_db.sh --site-slug ${site.slug}`;
  if (newest === null)
    return [
      trouble(
        'backup-missing',
        unusable.length === 0
          ? `There is no backup of the database in ${site.root}/backups.`
          : `No backup in ${site.root}/backups can be used: ${named(unusable)}.`,
        `Make one, on the host: ${command}; then look at what should run it every day.`,
      ),
    ];
  const ageMs = Date.parse(readAt) - Date.parse(newest.takenAt);
  const usable = `${newest.name}, ${ageWords(ageMs)} old`;
  const found = [
    ...(unusable.length === 0
      ? []
      : [
          trouble(
            'backup-incomplete',
            `${unusable.length === 1 ? 'The newest backup' : `The ${unusable.length} newest backups`} cannot be used: ${named(unusable)}. The newest usable one is ${usable}.`,
            `Find out why the backup failed. On the host, this makes a new one or says what is wrong: ${command}`,
          ),
        ]),
    ...(ageMs <= maxAgeMs
      ? []
      : [
          trouble(
            'backup-old',
            `The newest usable backup is ${usable}; ${ageWords(maxAgeMs)} are allowed. A restore would lose everything since then.`,
            `Look at what should run it every day. By hand, on the host: ${command}`,
          ),
        ]),
  ];
  return found.length > 0 ? found : [good('backup', `the newest is ${usable}, read to its end and complete`)];
}

function named(files: ReadBackups['unusable']): string {
  const rest = files.length - MOST_NAMED;
  return files
    .slice(0, MOST_NAMED)
    .map(({ name, why }) => `${name} (${why})`)
    .concat(rest > 0 ? [`${rest} more`] : [])
    .join(', ');
}

function trouble(code: FindingCode, sentence: string, next: string): Trouble {
  return { subject: 'backup', kind: 'bad', code, sentence, next };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `35 minutes`, `26 hours`, `9 days`: never more than it is. */
export function ageWords(ms: number): string {
  const [unit, size] =
    ms >= 2 * DAY_MS
      ? (['day', DAY_MS] as const)
      : ms >= 2 * HOUR_MS
        ? (['hour', HOUR_MS] as const)
        : (['minute', MINUTE_MS] as const);
  const count = Math.max(0, Math.floor(ms / size));
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
