import type { Signer } from '../app/ports.ts';
import { type Approval, approvalText, startText } from '../domain/approval.ts';
import { sha256 } from '../domain/digest.ts';
import type { RunEvent, StoredEvent } from '../domain/event.ts';
import { planDigest } from '../domain/plan.ts';
import { foldRun } from '../domain/run.ts';
import { verifyChain } from '../store/audit.ts';

/** Pure: what is wrong with the record of one run, one sentence each. */
export function auditProblems(
  runId: string,
  events: readonly StoredEvent[],
  signer: Signer,
): readonly string[] {
  const broken = verifyChain(events) ?? foldProblem(runId, events);
  return broken === null ? contentProblems(runId, events, signer) : [broken];
}

/** The transitions, too: an event that could not have followed was not written by the bot. */
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
  let [digest, expiresAt] = ['', ''];
  return events.flatMap(({ seq, event }) => {
    if (event.type === 'planned') [digest, expiresAt] = [event.plan.digest, event.expiresAt];
    const problem =
      event.type === 'approved'
        ? approvalProblem(event.approval, { runId, digest, requester }, signer)
        : event.type === 'started'
          ? startProblem(event, { run: runId, digest, expiresAt }, signer)
          : eventProblem(event, digest);
    return problem === null ? [] : [`entry ${seq} (${event.type}) ${problem}`];
  });
}

function eventProblem(event: RunEvent, digest: string): string | null {
  switch (event.type) {
    case 'planned':
    case 'dry-run-ended': {
      const { plan } = event;
      if (plan.digest !== planDigest(plan.binding)) return 'holds a plan that its digest does not name';
      return plan.binding.programSha256 === sha256(plan.program)
        ? null
        : 'holds a program that its plan does not name';
    }
    case 'switch-started':
      return event.digest === digest ? null : 'is about another plan than the one before it';
    default:
      return null;
  }
}

function startProblem(
  { by, digest, signature }: Extract<RunEvent, { type: 'started' }>,
  planned: { readonly run: string; readonly digest: string; readonly expiresAt: string },
  signer: Signer,
): string | null {
  if (digest !== planned.digest) return 'is about another plan than the one before it';
  // Of a version that did not sign it there is none.
  return signer.verify(startText({ ...planned, by }), signature ?? '')
    ? null
    : `by ${by} carries no valid signature by this APPROVAL_SECRET`;
}

function approvalProblem(
  approval: Approval,
  run: { readonly runId: string; readonly digest: string; readonly requester: string },
  signer: Signer,
): string | null {
  if (approval.run !== run.runId) return `is an approval of ${approval.run}`;
  if (!signer.verify(approvalText(approval), approval.signature))
    return `by ${approval.approver} carries no valid signature by this APPROVAL_SECRET`;
  if (approval.digest !== run.digest) return `by ${approval.approver} is about another plan`;
  if (approval.requester !== run.requester || approval.approver === run.requester)
    return `by ${approval.approver} is not the decision of a second person`;
  return approval.at < approval.expiresAt ? null : `by ${approval.approver} came too late`;
}
