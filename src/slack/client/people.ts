import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { People } from '../../app/ports/people.ts';
import type { Identity } from '../../domain/approval/identity.ts';

const userAnswer = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string(),
    name: z.string().optional(),
    real_name: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    is_email_confirmed: z.boolean().optional(),
    profile: z.object({ email: z.string().nullish() }).optional(),
  }),
});

const groupAnswer = z.object({
  users: z.array(z.string()),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** People as Slack knows them right now. Nothing is cached, because a group may change between two clicks. */
export function slackPeople(client: WebClient, ourTeam: string, onError: (error: unknown) => void): People {
  const closed = async <T>(ask: () => Promise<T>): Promise<T | null> => {
    try {
      return await ask();
    } catch (error) {
      onError(error);
      return null;
    }
  };
  return {
    ourTeam,
    identity: (user) =>
      closed(async () => toIdentity(userAnswer.parse(await client.users.info({ user })).user)),
    groupMembers: (usergroup) => closed(() => membersOf(client, usergroup)),
  };
}

/** For a command in the terminal. Errors: throws Slack's error about the token. */
export async function openPeople(
  { botToken, apiUrl }: { readonly botToken: string; readonly apiUrl: string },
  onError: (error: unknown) => void,
): Promise<People> {
  const client = new WebClient(botToken, {
    slackApiUrl: apiUrl,
    timeout: 8_000,
    retryConfig: { retries: 1 },
  });
  const me = await client.auth.test();
  return slackPeople(client, me.team_id ?? '', onError);
}

async function membersOf(client: WebClient, usergroup: string): Promise<readonly string[]> {
  const answer = groupAnswer.parse(await client.usergroups.users.list({ usergroup }));
  // With half a list the wrong people could approve. Nobody is better.
  if (answer.response_metadata?.next_cursor)
    throw new Error(`user group ${usergroup} has more members than one answer holds`);
  return answer.users;
}

function toIdentity(user: z.infer<typeof userAnswer>['user']): Identity {
  return {
    id: user.id,
    teamId: user.team_id,
    name: user.real_name ?? user.name ?? user.id,
    deleted: user.deleted === true,
    bot: user.is_bot === true,
    guest: user.is_restricted === true || user.is_ultra_restricted === true,
    stranger: user.is_stranger === true,
    // Anybody can claim an address that nobody has confirmed.
    email: user.is_email_confirmed === true ? user.profile?.email || null : null,
  };
}
