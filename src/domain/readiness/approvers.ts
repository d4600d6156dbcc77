import { type ApprovalPolicy, type QuorumRule, quorumRules, subjectWords } from '../approval/policy.ts';
import type { Site } from '../site/site.ts';
import { type Finding, type FindingCode, good } from './findings.ts';

/** Who could act for a site today: active full members, with groups resolved, one account of each person. */
export interface ActingPeople {
  readonly requesters: readonly string[];
  readonly approvers: readonly string[];
  /** Those of the approvers who have a second factor. Absent: the site wants none. */
  readonly enrolled?: readonly string[];
}

/** Requesters who could not get a rollback approved, because there are too few other approvers. */
export function stuckRequesters({ requesters, approvers }: ActingPeople, quorum: number): readonly string[] {
  return requesters.filter((id) => approvers.filter((other) => other !== id).length < quorum);
}

/** A rule that these people can never meet: too few of them, or each requester would need themselves. */
export function unmetRule(
  policy: ApprovalPolicy,
  people: ActingPeople,
): (QuorumRule & { readonly have: number }) | null {
  const have = people.approvers.length;
  const rules = quorumRules(policy).toSorted((a, b) => b.quorum - a.quorum);
  const unmet =
    rules.find(({ quorum }) => have < quorum) ??
    rules.find(
      ({ quorum }) =>
        people.requesters.length > 0 && stuckRequesters(people, quorum).length === people.requesters.length,
    );
  return unmet === undefined ? null : { ...unmet, have };
}

/** Whether a rollback that needs a second person would find one. */
export function approversFinding(
  site: Pick<Site, 'slug' | 'approval'>,
  people: ActingPeople | null,
): Finding {
  if (people === null)
    return {
      subject: 'approvers',
      kind: 'cannot-tell',
      code: 'identity-unknown',
      sentence: 'Slack did not say who could approve a rollback.',
      next: 'Where the bot runs, see what Slack answers: rollback-bot doctor',
    };
  const { requesters, approvers, enrolled = approvers } = people;
  const add = `Add someone to approvers of ${site.slug} in the configuration, or to a Slack group that it names.`;
  if (approvers.length === 0)
    return missing('Nobody could approve a rollback: no approver is an active full member of Slack.', add);
  const tooFew = unmetRule(site.approval, { requesters: [], approvers });
  const unmet = tooFew ?? unmetRule(site.approval, { requesters, approvers: enrolled });
  const what = subjectWords(unmet?.subject ?? null);
  if (unmet !== null && tooFew === null && unmet.have < unmet.quorum)
    return missing(
      `An approval of ${site.slug} needs a second factor, and ${enrolled.length} of ${approvers.length} approvers have one.`,
      `Where the bot runs, invite the others, for example: rollback-bot factor invite ${approvers.find((id) => !enrolled.includes(id))}`,
    );
  if (unmet !== null && unmet.have < unmet.quorum)
    return missing(`${unmet.quorum} people have to approve ${what}, and only ${unmet.have} could.`, add);
  if (requesters.length === 0)
    return missing(
      'Nobody could ask for a rollback: no requester is an active full member of Slack.',
      `Add someone to requesters of ${site.slug} in the configuration, or to a Slack group that it names.`,
    );
  if (unmet !== null)
    return missing(`No requester could get ${what} approved: there aren't enough other approvers.`, add);
  return good(
    'approvers',
    `${enrolled.length} ${enrolled.length === 1 ? 'person' : 'people'} could approve a rollback`,
  );
}

function missing(sentence: string, next: string): Finding {
  const code: FindingCode = 'approvers-missing';
  return { subject: 'approvers', kind: 'bad', code, sentence, next };
}
