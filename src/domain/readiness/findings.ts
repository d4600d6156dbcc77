import { withoutAsking } from '../host/judge-alone.ts';
import type { ReasonCode, Refusal } from '../refusal.ts';

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
export interface BadFinding {
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

export type Finding = Good | BadFinding;

/** What one look found on the host of a site. */
export interface SiteReadiness {
  /** When it began, ISO 8601. */
  readonly lookedAt: string;
  readonly findings: readonly Finding[];
}

/** What people have been told of and what has not become good again since. */
export type ToldFinding = Pick<BadFinding, 'subject' | 'code'>;

export function good(subject: Subject, sentence: string): Good {
  return { subject, kind: 'good', sentence };
}

export function bad(subject: Subject, { code, sentence, next }: Refusal): BadFinding {
  return { subject, kind: 'bad', code, sentence, next: withoutAsking(next) };
}

export function cannotTell(subject: Subject, { code, sentence, next }: Refusal): BadFinding {
  return { subject, kind: 'cannot-tell', code, sentence, next: withoutAsking(next) };
}

export function badFindings(findings: readonly Finding[]): readonly BadFinding[] {
  const order = (one: Finding) => SUBJECTS.indexOf(one.subject);
  return findings.filter((one) => one.kind !== 'good').toSorted((a, b) => order(a) - order(b));
}

/** What nobody has been told of yet. */
export function becameWorse(
  findings: readonly Finding[],
  told: readonly ToldFinding[],
): readonly BadFinding[] {
  return badFindings(findings).filter((trouble) => !told.some((one) => isSame(one, trouble)));
}

/**
 * What people know once they have been told of these findings. What is good again is forgotten, so that it is told when it
 * comes back; what could not be looked at is not.
 */
export function toldAfter(
  findings: readonly Finding[],
  told: readonly ToldFinding[],
): readonly ToldFinding[] {
  const now = badFindings(findings).map(({ subject, code }) => ({ subject, code }));
  const seen = new Set(findings.flatMap(({ subject, kind }) => (kind === 'cannot-tell' ? [] : [subject])));
  return [
    ...now,
    ...told.filter((one) => !seen.has(one.subject) && !now.some((other) => isSame(one, other))),
  ];
}

function isSame(a: ToldFinding, b: ToldFinding): boolean {
  return a.subject === b.subject && a.code === b.code;
}

export function trouble(code: FindingCode, sentence: string, next: string): BadFinding {
  return { subject: 'backup', kind: 'bad', code, sentence, next };
}
