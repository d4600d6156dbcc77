import type { Signer } from '../../app/ports/outside.ts';
import type { RecordKeys } from '../../app/ports/record-keys.ts';
import { type Approval, approvalText, startText } from '../../domain/approval/approval.ts';
import { buildDigest } from '../../domain/approval/build.ts';
import { type BrokenGlass, glassText } from '../../domain/approval/glass.ts';
import { sha256 } from '../../domain/digest.ts';
import { foldRun } from '../../domain/lifecycle/fold.ts';
import { planDigest } from '../../domain/plan/plan.ts';
import type { RunEvent, StoredEvent } from '../../domain/run/event.ts';
import { verifyChain } from '../../store/audit.ts';

/** What signatures and seals are checked with. */
export interface AuditKeys {
  readonly signer: Signer;
  readonly keys: RecordKeys;
}

/** Pure: what is wrong with the record of one run, one sentence each. */
export function auditProblems(
  runId: string,
  events: readonly StoredEvent[],
  { signer, keys }: AuditKeys,
): readonly string[] {
  const broken = verifyChain(runId, events, keys) ?? foldProblem(runId, events);
  return broken === null ? contentProblems(runId, events, signer) : [broken];
}

/** Checks the transitions, too: the bot never writes an event that could not follow the one before. */
function foldProblem(runId: string, events: readonly StoredEvent[]): string | null {
  try {
    foldRun(runId, events);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function contentProblems(runId: string, events: readonly StoredEvent[], signer: Signer): readonly string[] {
  const first = events[0]?.event;
  const requester = first?.type === 'requested' ? first.request.requester : '';
  let [digest, expiresAt, asked] = ['', '', ''];
  return events.flatMap(({ seq, event }) => {
    if (event.type === 'planned') [digest, expiresAt] = [event.plan.digest, event.expiresAt];
    if (event.type === 'build-asked') [digest, expiresAt] = [buildDigest(event.asked), event.expiresAt];
    if (event.type === 'recovery-asked') asked = event.digest;
    const problem = eventProblem(event, { runId, requester, digest, expiresAt, asked }, signer);
    return problem === null ? [] : [`entry ${seq} (${event.type}) ${problem}`];
  });
}

/** What an event has to match: the run's request, and the last plan before it. */
interface Before {
  readonly runId: string;
  readonly requester: string;
  readonly digest: string;
  readonly expiresAt: string;
  /** Of the last decision that waited for a second person; empty: none did. */
  readonly asked: string;
}

function eventProblem(event: RunEvent, before: Before, signer: Signer): string | null {
  switch (event.type) {
    case 'approved':
      return approvalProblem(event.approval, before, signer);
    case 'glass-broken':
      return brokenGlassProblem(event.glass, before, signer);
    case 'started':
      return otherPlan(event, before) ?? startProblem(event, before, signer);
    case 'planned':
    case 'dry-run-ended': {
      const { plan } = event;
      if (plan.digest !== planDigest(plan.binding)) return "holds a plan that doesn't match its digest";
      return plan.binding.programSha256 === sha256(plan.program)
        ? null
        : "holds a program that doesn't match its plan";
    }
    case 'switch-started':
      return otherPlan(event, before);
    default:
      return null;
  }
}

function otherPlan({ digest }: { readonly digest: string }, before: Before): string | null {
  return digest === before.digest ? null : 'is about another plan than the last one before it';
}

function startProblem(
  { by, signature }: Extract<RunEvent, { type: 'started' }>,
  { runId: run, digest, expiresAt }: Before,
  signer: Signer,
): string | null {
  // Versions of the bot that did not sign starts wrote none.
  return signer.verify(startText({ run, digest, by, expiresAt }), signature ?? '')
    ? null
    : `by ${by} has no valid signature by this APPROVAL_SECRET`;
}

function approvalProblem(approval: Approval, run: Before, signer: Signer): string | null {
  if (approval.run !== run.runId) return `is an approval of ${approval.run}`;
  if (!signer.verify(approvalText(approval), approval.signature))
    return `by ${approval.approver} has no valid signature by this APPROVAL_SECRET`;
  if (approval.digest !== run.digest) return `by ${approval.approver} is about another plan`;
  if (approval.requester !== run.requester || approval.approver === run.requester)
    return `by ${approval.approver} is not by a second person`;
  return approval.at < approval.expiresAt ? null : `by ${approval.approver} came too late`;
}

function brokenGlassProblem(
  glass: BrokenGlass,
  { runId, digest, asked }: Before,
  signer: Signer,
): string | null {
  if (glass.run !== runId) return `is about ${glass.run}`;
  if (!signer.verify(glassText(glass), glass.signature))
    return `by ${glass.by} has no valid signature by this APPROVAL_SECRET`;
  if (![digest, asked].includes(glass.digest)) return `by ${glass.by} is about another plan or decision`;
  return glass.at < glass.expiresAt ? null : `by ${glass.by} came too late`;
}
