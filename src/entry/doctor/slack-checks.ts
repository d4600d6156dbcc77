import { type Identity, identityProblem } from '../../domain/approval/identity.ts';
import type { Site } from '../../domain/site/site.ts';
import {
  type ChannelFacts,
  SCOPES,
  type SlackFacts,
  type TokenFacts,
  type Unanswered,
} from '../../slack/client/inspect.ts';
import { type CheckResult, fail, ok, warn } from '../parts/check-result.ts';
import { approverResult, emailResult, factorResult, isGroup, nameOf } from './approver-checks.ts';

export interface SlackUse {
  readonly channels: readonly string[];
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** The channels, users and user groups that these sites name. */
export function slackUse(sites: readonly Site[]): SlackUse {
  const people = sites.flatMap((site) => [
    ...site.requesters,
    ...site.approvers,
    ...site.operators,
    ...site.escalation,
    ...(site.approval.breakGlass ?? []),
    ...(site.accounts ?? []).flat(),
    ...(site.readers === 'members' ? [] : site.readers),
  ]);
  const channels = sites.flatMap((site) => [
    site.channel ?? site.readiness?.channel,
    site.stakeholders?.channel,
  ]);
  return {
    channels: [...new Set(channels.filter((id) => id !== undefined))],
    users: [...new Set(people.filter((id) => !isGroup(id)))],
    groups: [...new Set(people.filter(isGroup))],
  };
}

/**
 * Pure: judges what Slack answered, in the order in which a person would fix it. `enrolled`: who has a second factor; null: no
 * site wants one, or Redis did not say.
 */
export function slackResults(
  facts: SlackFacts,
  sites: readonly Site[],
  enrolled: ReadonlySet<string> | null = null,
): readonly CheckResult[] {
  const { token } = facts;
  if ('error' in token) return [tokenFailure(token), ...socketResult(facts)];
  return [
    ok(`Slack: the bot token is good: @${token.bot} in ${token.team} (${token.teamId})`),
    scopesResult(token),
    ...socketResult(facts),
    ...[...facts.channels].map(([id, channel]) => channelResult(id, channel, token, sites)),
    ...slackUse(sites).users.map((id) => userResult(id, facts.users.get(id), token)),
    ...[...facts.groups].map(([id, members]) => groupResult(id, members, facts)),
    ...emailResult(token),
    ...sites.map((site) => approverResult(site, facts, token)),
    ...(enrolled === null ? [] : sites.flatMap((site) => factorResult(site, facts, token, enrolled))),
  ];
}

function tokenFailure({ error }: Unanswered): CheckResult {
  const rejected = /^(invalid_auth|account_inactive|token_revoked|token_expired|not_authed)$/.test(error);
  return fail(
    'Slack: bot token',
    `auth.test says ${error}`,
    rejected
      ? 'copy the Bot User OAuth Token from the app\'s page "OAuth & Permissions" into SLACK_BOT_TOKEN'
      : 'check from this machine: curl -s https://slack.com/api/api.test (or SLACK_API_URL, if you set it)',
  );
}

function scopesResult({ scopes }: TokenFacts): CheckResult {
  const needed = Object.keys(SCOPES);
  const missing = needed.filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return ok(`Slack: the token has the ${needed.length} scopes that the bot needs`);
  return fail(
    'Slack: scopes',
    `the token lacks ${missing.map((scope) => `${scope} (${SCOPES[scope]})`).join(', ')}`,
    `add ${missing.join(', ')} on the app's page "OAuth & Permissions", then "Reinstall to Workspace" (manifest.yml has them all)`,
  );
}

function socketResult({ socket }: SlackFacts): readonly CheckResult[] {
  if (socket === null)
    return [ok('Slack: HTTP mode; the first command will show whether the signing secret is right')];
  if (socket === 'opens') return [ok('Slack: the app-level token opens a Socket Mode connection')];
  return [
    fail(
      'Slack: app-level token',
      `apps.connections.open says ${socket.error}`,
      'turn on Socket Mode for the app, and make a token with the scope connections:write on the page "Basic Information": SLACK_APP_TOKEN=xapp-…',
    ),
  ];
}

function channelResult(
  id: string,
  channel: ChannelFacts | Unanswered,
  { bot }: TokenFacts,
  sites: readonly Site[],
): CheckResult {
  const invite = `in that channel: /invite @${bot}`;
  if ('error' in channel)
    return channel.error === 'channel_not_found'
      ? fail(
          `Slack: channel ${id}`,
          'there is no such channel, or it is private and the bot is not in it',
          invite,
        )
      : fail(`Slack: channel ${id}`, `conversations.info says ${channel.error}`);
  const name = `#${channel.name} (${id})`;
  if (channel.archived)
    return fail(`Slack: channel ${name}`, 'it is archived', 'name another channel in the configuration');
  if (!channel.member) return fail(`Slack: channel ${name}`, 'the bot is not in it', invite);
  if (channel.shared && sites.some((site) => site.channel === id))
    return fail(
      `Slack: channel ${name}`,
      'it is shared with another organisation, so nobody can ask for a rollback there',
      'in the configuration, name a channel that belongs to this workspace alone',
    );
  return channel.shared
    ? warn(`Slack: channel ${name}`, 'it is shared with another organisation, which can read everything')
    : ok(`Slack: the bot is in ${name}`);
}

function userResult(
  id: string,
  user: Identity | Unanswered | undefined,
  { teamId }: TokenFacts,
): CheckResult {
  const fix = `correct or remove ${id} in the configuration (in Slack: the person's profile, "Copy member ID")`;
  if (user === undefined || 'error' in user) {
    const error = user?.error ?? 'no answer';
    return error === 'user_not_found'
      ? fail(`Slack: user ${id}`, 'there is no such user in this workspace', fix)
      : fail(`Slack: user ${id}`, `users.info says ${error}`);
  }
  const problem = identityProblem(user, teamId);
  return problem === null
    ? ok(`Slack: user ${id} is ${user.name}, an active full member`)
    : fail(`Slack: user ${id}, ${user.name}`, sentence(problem.sentence), fix);
}

function groupResult(
  id: string,
  members: readonly string[] | Unanswered,
  { users }: SlackFacts,
): CheckResult {
  if ('error' in members)
    return fail(
      `Slack: user group ${id}`,
      `usergroups.users.list says ${members.error}`,
      `correct or remove ${id} in the configuration (in Slack: the group's page, "Copy group ID")`,
    );
  if (members.length === 0)
    return warn(`Slack: user group ${id}`, 'it is empty', 'add people to the group in Slack');
  return ok(`Slack: user group ${id} has ${members.map((member) => nameOf(member, users)).join(', ')}`);
}

/** A refusal's sentence, made to stand in the middle of our own line. */
function sentence(text: string): string {
  return text.replace(/\.$/, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}
