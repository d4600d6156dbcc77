import type { Approval } from '../approval/approval.ts';
import { buildDigest } from '../approval/build.ts';
import { plainCommit } from '../version/review.ts';
import type { Run } from './run.ts';

/** What a run asks approvers at the moment. */
export interface OpenQuestion {
  readonly about: 'build' | 'plan';
  /** Buttons and approvals are for this digest. */
  readonly digest: string;
  readonly quorum: number;
  readonly expiresAt: string;
  /** Those who have approved it so far. */
  readonly approvals: readonly Approval[];
}

/** `building 777777777777` */
export function buildingText({ build }: Pick<Run, 'build'>): string {
  return `building ${build === null ? 'its version' : plainCommit(build.asked.target)}`;
}

/** null: it asks them nothing, or there is no plan of its own site to ask about. */
export function openQuestion({ state, build, plan, consent, request }: Run): OpenQuestion | null {
  if (state === 'awaiting-build-approval' && build !== null) {
    const { asked, expiresAt, approvals } = build;
    if (asked.site !== request.site) return null;
    return { about: 'build', digest: buildDigest(asked), quorum: asked.quorum, expiresAt, approvals };
  }
  if (state !== 'awaiting-approval' || plan === null || consent === null) return null;
  if (plan.binding.site !== request.site) return null;
  const { expiresAt, approvals } = consent;
  return { about: 'plan', digest: plan.digest, quorum: plan.quorum, expiresAt, approvals };
}
