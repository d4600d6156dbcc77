import type { Approval } from '../../../domain/approval/approval.ts';
import { mentions } from './text.ts';

export const nobodyElse =
  ':warning: Nobody else may approve this. Add someone to `approvers` of this site in the configuration.';

/** Who has approved, and how many of the others still have to. `people`: who may, in any case. */
export function whoHasToApprove(
  quorum: number,
  approvals: readonly Approval[],
  people: readonly string[],
): string {
  const approved = approvals.map(({ approver }) => approver);
  const left = mentions(people.filter((id) => !approved.includes(id)));
  if (quorum === 1) return `*A second person has to approve*  ${left}`;
  const missing = quorum - approved.length;
  const done = approved.length === 0 ? '' : `Approved by ${mentions(approved)}. `;
  return `${done}*${missing} ${approved.length === 0 ? '' : 'more '}of these people ${missing === 1 ? 'has' : 'have'} to approve*  ${left}`;
}
