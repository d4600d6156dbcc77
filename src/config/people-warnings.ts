import { peopleOf } from '../domain/approval/persons.ts';
import { unmetRule } from '../domain/readiness/approvers.ts';
import { type Site, siteKey } from '../domain/site/site.ts';
import type { ConfigFinding } from './document.ts';

/** Settings that are allowed, but that leave someone waiting for nobody at three in the morning. */
export function peopleWarnings(sites: readonly Site[]): readonly ConfigFinding[] {
  return sites.flatMap((site, index) =>
    [requestersWarning(site), approversWarning(site)].flatMap((found) =>
      found === null ? [] : [{ ...found, path: ['sites', index, ...found.path] }],
    ),
  );
}

function requestersWarning(site: Site): ConfigFinding | null {
  return site.requesters.length > 0
    ? null
    : {
        path: ['requesters'],
        message: `is empty, so nobody can roll back ${siteKey(site)}; add someone`,
      };
}

function approversWarning(site: Site): ConfigFinding | null {
  const at = (message: string): ConfigFinding => ({ path: ['approvers'], message });
  if (site.approvers.length === 0)
    return at(`is empty, so nobody can approve a rollback of ${siteKey(site)}; add someone`);
  // Who is in a user group, only Slack knows; doctor asks it.
  if (!site.approvers.every(isUser)) return null;
  const approvers = peopleOf(site.approvers, site.accounts);
  const requesters = peopleOf(site.requesters, site.accounts);
  if (
    approvers.length === 1 &&
    requesters.length > 0 &&
    requesters.every((id) => isUser(id) && approvers.includes(id))
  )
    return at(
      `names only ${site.approvers[0]}, who is also the only requester of ${siteKey(site)} and can't approve their own rollback; add a second person`,
    );
  const unmet = unmetRule(site.approval, {
    approvers,
    requesters: requesters.every(isUser) ? requesters : [],
  });
  if (unmet === null) return null;
  const { quorum, have } = unmet;
  const key = unmet.subject === null ? 'approval.quorum' : `approval.quorum.${unmet.subject}`;
  return have < quorum
    ? at(`names ${have} of the ${quorum} people that ${key} asks for; add more people or lower the quorum`)
    : at(
        `names ${have} people, but each requester of ${siteKey(site)} is one of them, and ${key} asks for ${quorum} others; add more people or lower the quorum`,
      );
}

function isUser(id: string): boolean {
  return !id.startsWith('S');
}
