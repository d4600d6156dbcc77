import type { Factor } from './factor.ts';

/** What people can be asked to approve: a plan by its mode, the plan of an undo, a decision at a stop. */
export const PLAN_SUBJECTS = ['full', 'code-only', 'database-only', 'undo'] as const;
export const DECISION_SUBJECTS = ['go-back', 'retry', 'skip'] as const;

export type PlanSubject = (typeof PLAN_SUBJECTS)[number];
export type DecisionSubject = (typeof DECISION_SUBJECTS)[number];
export type Subject = PlanSubject | DecisionSubject;

/** How many different people have to approve what, as a site's configuration says it. */
export interface ApprovalPolicy {
  /** For everything that `quorums` does not name. */
  readonly quorum: number;
  /** Absent: the same for everything. */
  readonly quorums?: Readonly<Partial<Record<Subject, number>>>;
  /** What needs a second person in any case. True: every plan. Absent: only what could lose something. */
  readonly always?: true | readonly Subject[];
}

/** What made a second person necessary, and how many have to approve. It is in the digest. */
export interface BoundApproval {
  readonly reasons: readonly string[];
  readonly quorum: number;
  /** Rules for the decisions of this run. Absent: a decision needs as many people as the plan, and only if it could lose something. */
  readonly decisions?: DecisionRules;
  /** What each approver shows beside being logged in to Slack. Absent: nothing. */
  readonly factor?: Factor;
}

export interface DecisionRules {
  readonly quorums: Readonly<Partial<Record<DecisionSubject, number>>>;
  /** These need a second person in any case. */
  readonly always: readonly DecisionSubject[];
}

/** A plan's mode, and that it is an undo: the stricter rule counts. */
export function planSubjects(mode: Exclude<PlanSubject, 'undo'>, isUndo: boolean): readonly PlanSubject[] {
  return isUndo ? [mode, 'undo'] : [mode];
}

/** How many different people have to approve it. */
export function quorumFor(
  { quorum, quorums = {} }: ApprovalPolicy,
  subjects: readonly PlanSubject[],
): number {
  const named = subjects.flatMap((subject) => quorums[subject] ?? []);
  return named.length === 0 ? quorum : Math.max(...named);
}

/** Why such a plan needs a second person, whatever it would do; null: it depends on what it would do. */
export function alwaysReason({ always }: ApprovalPolicy, subjects: readonly PlanSubject[]): string | null {
  if (always === true) return 'this site always needs a second person';
  const named = subjects.find((subject) => always?.includes(subject));
  return named === undefined ? null : `this site always needs a second person for ${subjectWords(named)}`;
}

/** undefined: none but what holds for every plan. */
export function decisionRules({ quorums = {}, always }: ApprovalPolicy): DecisionRules | undefined {
  const named = DECISION_SUBJECTS.flatMap((subject) => {
    const quorum = quorums[subject];
    return quorum === undefined ? [] : [[subject, quorum] as const];
  });
  const needed =
    always === undefined || always === true
      ? []
      : DECISION_SUBJECTS.filter((subject) => always.includes(subject));
  return named.length === 0 && needed.length === 0
    ? undefined
    : { quorums: Object.fromEntries(named), always: needed };
}

/** The policy, one rule for each number that it asks for. */
export function quorumRules({ quorum, quorums = {} }: ApprovalPolicy): readonly QuorumRule[] {
  const named = [...PLAN_SUBJECTS, ...DECISION_SUBJECTS].flatMap((subject) => {
    const wanted = quorums[subject];
    return wanted === undefined ? [] : [{ subject, quorum: wanted }];
  });
  return [{ subject: null, quorum }, ...named];
}

export interface QuorumRule {
  /** null: everything else. */
  readonly subject: Subject | null;
  readonly quorum: number;
}

const SUBJECT_WORDS: Readonly<Record<Subject, string>> = {
  full: 'a rollback of code and database',
  'code-only': 'a rollback of the code alone',
  'database-only': 'a restore of the database alone',
  undo: 'an undo',
  'go-back': 'Go back',
  retry: 'Retry',
  skip: 'Skip',
};

/** What people approve, in a sentence; null: anything. */
export function subjectWords(subject: Subject | null): string {
  return subject === null ? 'a rollback' : SUBJECT_WORDS[subject];
}
