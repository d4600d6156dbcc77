import { type BuildConsent, buildDigest, isBuildOf } from '../../domain/approval/build.ts';
import { peopleOf, personOf } from '../../domain/approval/persons.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { Run } from '../../domain/run/run.ts';
import { unsealedRefusal } from '../../domain/run/unsealed.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import type { Clock, Signer } from '../ports/outside.ts';
import type { Wakeups } from '../ports/workers.ts';
import type { RunWriter } from '../run/pickup.ts';
import { goneApprover, isValid, showsFactor } from '../switch/check-approval.ts';
import type { NotCleared } from './clear-target.ts';
import { refuseIf } from './refused.ts';

const ASK_AGAIN = 'Nothing was built or changed. Type the command again.';

/**
 * The commit whose building people have approved for this run; null: the bot has not asked them. The worker checks it right
 * before it builds, as it checks the approval of a plan before it changes anything. Errors: throws Refused if the approvals
 * are not valid, not enough or too old.
 */
export function approvedBuild(run: Run, site: Site, signer: Signer, now: string): string | null {
  const { build } = run;
  if (build === null) return null;
  refuseIf(unsealedRefusal(run, ASK_AGAIN));
  refuseIf(forged(run, build, site, signer) ?? goneApprover({ consent: build }, site));
  refuseIf(now < build.expiresAt ? null : TOO_LATE);
  return build.asked.target.commit;
}

const TOO_LATE = refusal(
  'approval-expired',
  'The time to build the version that was approved has run out.',
  ASK_AGAIN,
);

function forged(
  run: Run,
  { asked, approvals, expiresAt }: BuildConsent,
  site: Site,
  signer: Signer,
): Refusal | null {
  const { target, review, requester, quorum } = asked;
  const wanted = { run: run.id, digest: buildDigest(asked), requester };
  const valid = approvals.filter((one) => one.expiresAt === expiresAt && isValid(one, wanted, site, signer));
  const people = peopleOf(
    valid.map(({ approver }) => approver),
    site.accounts,
  );
  const own = people.includes(personOf(requester, site.accounts));
  const isWhole =
    isBuildOf(asked, run.id, run.request) &&
    asked.site === siteKey(site) &&
    review.commit === target.commit &&
    valid.length === approvals.length &&
    valid.every((one) => showsFactor(one, site.approval.factor)) &&
    !own &&
    people.length >= Math.max(1, quorum, site.approval.quorum);
  return isWhole
    ? null
    : refusal(
        'approval-forged',
        'The approval to build this version is not valid: it is not signed for this commit by enough people.',
        'Nothing was built or changed. Tell whoever runs the bot, then type the command again.',
      );
}

export interface AskBuildDeps {
  readonly clock: Clock;
  readonly wakeups: Wakeups;
}

/** The run waits for people. If nobody answers in time, it expires. */
export async function askForBuild(
  { clock, wakeups }: AskBuildDeps,
  writer: RunWriter,
  site: Site,
  { unreviewed }: NotCleared,
): Promise<void> {
  const { id, request } = writer.run();
  const { requester, dryRun } = request;
  const { quorum, expiresMs } = site.approval;
  const asked = { ...unreviewed, run: id, site: request.site, requester, dryRun, quorum };
  const expiresAt = new Date(Date.parse(clock.now()) + expiresMs).toISOString();
  await writer.append({ type: 'build-asked', asked, expiresAt });
  await wakeups.advance(id, expiresMs + 200);
}
