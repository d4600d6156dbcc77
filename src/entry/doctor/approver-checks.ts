import { type Identity, identityProblem } from '../../domain/approval/identity.ts';
import { joined, peopleOf, sharedEmails } from '../../domain/approval/persons.ts';
import { subjectWords } from '../../domain/approval/policy.ts';
import { stuckRequesters, unmetRule } from '../../domain/readiness/approvers.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { OPTIONAL_SCOPES, type SlackFacts, type TokenFacts } from '../../slack/client/inspect.ts';
import { type CheckResult, fail, ok, warn } from '../parts/check-result.ts';

/** Whether every requester can find enough other people to approve, whatever it is about. */
export function approverResult(site: Site, facts: SlackFacts, token: TokenFacts): CheckResult {
  const what = `Slack: approvers of ${siteKey(site)}`;
  const asking = activeOf(site.requesters, facts, token);
  const approving = activeOf(site.approvers, facts, token);
  const accounts = joined(site.accounts ?? [], sharedEmails([...asking, ...approving]));
  const idsOf = (list: readonly Identity[]) =>
    peopleOf(
      list.map(({ id }) => id),
      accounts,
    );
  const people = { requesters: idsOf(asking), approvers: idsOf(approving) };
  const names = (ids: readonly string[]) => ids.map((id) => nameOf(id, facts.users)).join(', ');
  const add = `add someone to approvers of ${site.slug} in the configuration`;
  const { requesters, approvers } = people;
  if (approvers.length === 0) return fail(what, 'nobody can approve', add);
  const unmet = unmetRule(site.approval, people);
  const about = unmet === null || unmet.subject === null ? '' : ` ${subjectWords(unmet.subject)}`;
  if (unmet !== null && unmet.have < unmet.quorum)
    return fail(
      what,
      `${unmet.quorum} people have to approve${about}, but only ${names(approvers)} can`,
      add,
    );
  if (requesters.length === 0)
    return fail(what, 'nobody can ask for a rollback', `add someone to requesters of ${site.slug}`);
  if (unmet !== null)
    return fail(
      what,
      `${nobodyElse(unmet.quorum)} can approve${about === '' ? ' a rollback' : about} requested by ${names(requesters)}, and there is no other requester`,
      add,
    );
  const stuck = stuckRequesters(people, site.approval.quorum);
  return stuck.length > 0
    ? warn(
        what,
        `${nobodyElse(site.approval.quorum)} can approve a rollback requested by ${names(stuck)}`,
        add,
      )
    : ok(`${what}: ${names(approvers)}; a second person can always decide`);
}

/** Whether enough of those who may approve can show their second factor. `enrolled`: who has one. */
export function factorResult(
  site: Site,
  facts: SlackFacts,
  token: TokenFacts,
  enrolled: ReadonlySet<string>,
): readonly CheckResult[] {
  if (site.approval.factor === undefined) return [];
  const what = `second factor: approvers of ${siteKey(site)}`;
  const approving = activeOf(site.approvers, facts, token);
  const able = approving.flatMap(({ id }) => (enrolled.has(id) ? [id] : []));
  const others = approving.filter(({ id }) => !enrolled.has(id));
  const why = `${others.map(({ name }) => name).join(', ')} ${others.length === 1 ? 'has' : 'have'} none`;
  const invite = `rollback-bot factor invite ${others[0]?.id}`;
  if (others.length === 0) return [ok(`${what}: all have one`)];
  const approvers = peopleOf(able, joined(site.accounts ?? [], sharedEmails(approving)));
  const isStuck = unmetRule(site.approval, { requesters: [], approvers }) !== null;
  return [isStuck ? fail(what, why, invite) : warn(what, why, invite)];
}

function nobodyElse(quorum: number): string {
  return quorum === 1 ? 'nobody else' : 'too few others';
}

/** Without it the bot works, and knows fewer accounts of one person. */
export function emailResult({ scopes }: TokenFacts): readonly CheckResult[] {
  return Object.entries(OPTIONAL_SCOPES)
    .filter(([scope]) => !scopes.includes(scope))
    .map(([scope, why]) =>
      warn(
        `Slack: ${scope}`,
        `the token lacks it (${why}), so several accounts of one person count once only if \`accounts\` in the configuration names them`,
        `add ${scope} on the app's page "OAuth & Permissions", then "Reinstall to Workspace"`,
      ),
    );
}

/** The accounts on a list that may act today. */
function activeOf(
  list: readonly string[],
  { users, groups }: SlackFacts,
  { teamId }: TokenFacts,
): readonly Identity[] {
  const ids = list.flatMap((id) => {
    const members = isGroup(id) ? groups.get(id) : [id];
    return members === undefined || 'error' in members ? [] : members;
  });
  return [...new Set(ids)].flatMap((id) => {
    const user = users.get(id);
    return user !== undefined && !('error' in user) && identityProblem(user, teamId) === null ? [user] : [];
  });
}

export function nameOf(id: string, users: SlackFacts['users']): string {
  const user = users.get(id);
  return user === undefined || 'error' in user ? id : user.name;
}

export function isGroup(id: string): boolean {
  return id.startsWith('S');
}
