import type { Site } from '../site/site.ts';
import { type Finding, type FindingCode, good } from './findings.ts';

/** Who of a site could act today: active full members, groups resolved. Null: Slack could not say. */
export interface ActingPeople {
  readonly requesters: readonly string[];
  readonly approvers: readonly string[];
}

/** Those whose own rollback too few others could approve. */
export function stuckRequesters({ requesters, approvers }: ActingPeople, quorum: number): readonly string[] {
  return requesters.filter((id) => approvers.filter((other) => other !== id).length < quorum);
}

/** Whether a rollback that needs a second person would find one. */
export function approversFinding(
  site: Pick<Site, 'slug' | 'approval'>,
  people: ActingPeople | null,
): Finding {
  const { quorum } = site.approval;
  if (people === null)
    return {
      subject: 'approvers',
      kind: 'cannot-tell',
      code: 'identity-unknown',
      sentence: 'Slack does not say who could approve a rollback.',
      next: 'Look at what Slack answers, where the bot runs: rollback-bot doctor',
    };
  const { requesters, approvers } = people;
  const add = `Add somebody to approvers of ${site.slug} in the configuration, or to a group that it names in Slack.`;
  if (approvers.length === 0)
    return missing('Nobody could approve a rollback: no approver is an active full member of Slack.', add);
  if (approvers.length < quorum)
    return missing(`${quorum} people have to approve a rollback, and only ${approvers.length} could.`, add);
  if (requesters.length === 0)
    return missing(
      'Nobody could ask for a rollback: no requester is an active full member of Slack.',
      `Add somebody to requesters of ${site.slug} in the configuration, or to a group that it names in Slack.`,
    );
  if (stuckRequesters(people, quorum).length === requesters.length)
    return missing('Whoever asks for a rollback, too few others could approve it.', add);
  return good(
    'approvers',
    `${approvers.length} ${approvers.length === 1 ? 'person' : 'people'} could approve a rollback`,
  );
}

function missing(sentence: string, next: string): Finding {
  const code: FindingCode = 'approvers-missing';
  return { subject: 'approvers', kind: 'bad', code, sentence, next };
}
