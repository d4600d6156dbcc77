import type { Approval } from '../../../domain/approval/approval.ts';
import { saidWith } from './reason.ts';
import { mentions } from './text.ts';

export const nobodyElse =
  ':warning: Nobody else may approve this. Add someone to `approvers` of this site in the configuration.';

/** Who has approved, and how many of the others still have to. `people`: who may, in any case. `unenrolled`: who may not yet. */
export function whoHasToApprove(
  quorum: number,
  approvals: readonly Approval[],
  people: readonly string[],
  unenrolled: readonly string[] = [],
): string {
  const approved = approvals.map(({ approver }) => approver);
  const left = mentions(people.filter((id) => !approved.includes(id)));
  const unable = withoutFactor(people.filter((id) => unenrolled.includes(id) && !approved.includes(id)));
  if (quorum === 1) return `*A second person has to approve*  ${left}${unable}`;
  const missing = quorum - approved.length;
  const done = approved.length === 0 ? '' : `Approved by ${mentions(approved)}. `;
  const who = `${done}*${missing} ${approved.length === 0 ? '' : 'more '}of these people ${missing === 1 ? 'has' : 'have'} to approve*  ${left}`;
  return `${who}${unable}${saidWith(approvals)}`;
}

/** Said before they press Approve: whoever waits for them would wait in vain. */
function withoutFactor(people: readonly string[]): string {
  if (people.length === 0) return '';
  return `\n:warning: ${mentions(people)} ${people.length === 1 ? 'has' : 'have'} no second factor yet, and can't approve this until then.`;
}
