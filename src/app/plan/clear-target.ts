import { unreviewedRefusal } from '../../domain/approval/build.ts';
import type { Survey } from '../../domain/host/survey.ts';
import { refusal } from '../../domain/refusal.ts';
import { siteKey } from '../../domain/site/site.ts';
import type { ResolvedTarget } from '../../domain/version/commit.ts';
import {
  type ClearedCommit,
  clearedCommit,
  plainCommit,
  type Unreviewed,
} from '../../domain/version/review.ts';
import type { HostQuestions } from './ask-host.ts';
import { Refused } from './refused.ts';

/** The target is unreviewed, and nobody has approved that the bot builds it. Where people can be asked, they are. */
export class NotCleared extends Refused {
  readonly unreviewed: Unreviewed;

  constructor(site: string, unreviewed: Unreviewed) {
    super(unreviewedRefusal(site, unreviewed));
    this.unreviewed = unreviewed;
  }
}

/**
 * The one door to building a target and starting it. Errors: throws NotCleared if a second person has to approve first, and
 * Refused if they have approved another commit.
 */
export async function clearTarget(
  { host, site, progress, approvedBuild }: HostQuestions,
  { live, reflog }: Survey,
  target: ResolvedTarget,
): Promise<ClearedCommit> {
  const { commit } = target;
  const ran = [live.commit, ...reflog.map((entry) => entry.commit)];
  const known = clearedCommit(commit, { ran, review: null, approved: approvedBuild });
  if (known !== null) return known;
  await progress(`where ${plainCommit(target)} comes from`);
  const review = await host.reviewCommit(commit);
  const cleared = clearedCommit(commit, { ran, review, approved: approvedBuild });
  if (cleared !== null) return cleared;
  if (approvedBuild !== null) throw new Refused(anotherCommit(target, approvedBuild));
  throw new NotCleared(siteKey(site), { target: infoOf(target), live, review });
}

/** Without what depends on how it was found. */
function infoOf({ commit, subject, committedAt, pin, tags }: ResolvedTarget): Unreviewed['target'] {
  return { commit, subject, committedAt, pin, tags };
}

function anotherCommit(target: ResolvedTarget, approved: string) {
  return refusal(
    'version-moved',
    `People approved building ${plainCommit({ commit: approved })}, and by now the version is another commit: ${plainCommit(target)}.`,
    'Nothing was built. Type the command again, best with the commit itself.',
  );
}
