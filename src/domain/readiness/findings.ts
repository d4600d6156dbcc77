import { withoutAsking } from '../host/judge-alone.ts';
import type { ReasonCode, Refusal } from '../refusal.ts';
import type { Rehearsed } from '../rehearsal/rehearsal.ts';

/** What a readiness check covers, in the order in which a person would fix it. */
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
  'rehearsal',
  'approvers',
] as const;

export type Subject = (typeof SUBJECTS)[number];

/** A refusal that the preflight would give now, or one of the two findings that only a readiness check has. */
export type FindingCode = ReasonCode | 'approvers-missing' | 'backup-old';

/** Something that would stop a rollback, or that the bot can't tell. */
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

/** What one readiness check found. */
export interface SiteReadiness {
  /** When it began, ISO 8601. */
  readonly lookedAt: string;
  readonly findings: readonly Finding[];
  /** The rehearsal, if one was held and went well. */
  readonly rehearsed?: Rehearsed;
}

/** A finding that the bot has told people about, and that has not become good since. */
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

/** The findings that the bot has told nobody about yet. */
export function becameWorse(
  findings: readonly Finding[],
  told: readonly ToldFinding[],
): readonly BadFinding[] {
  return badFindings(findings).filter((found) => !told.some((one) => isSame(one, found)));
}

/**
 * What people know once the bot has told them these findings. If a subject is good again, the bot forgets its old finding
 * and tells people when it comes back. If it can't tell, it remembers.
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
