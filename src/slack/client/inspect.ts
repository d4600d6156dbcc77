import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Identity } from '../../domain/approval/identity.ts';
import { slackPeople } from './people.ts';
import { slackError } from './slack-error.ts';

/** The scopes that the bot needs, each with its reason. */
export const SCOPES: Readonly<Record<string, string>> = {
  commands: '/rollback',
  'chat:write': 'messages of runs',
  'users:read': 'whether the person who clicks is a full, active member',
  'usergroups:read': 'who is in a user group of the configuration',
  'channels:read': 'whether the bot is in a channel',
  'groups:read': 'the same for private channels',
  'files:write': 'the story of a run, and the program of a dry run, as files',
};

/** What the bot can do without, each with its reason; manifest.yml asks for these as well. */
export const OPTIONAL_SCOPES: Readonly<Record<string, string>> = {
  'users:read.email': 'whether two accounts are of one person',
};

/** Something that Slack did not answer, and its error or ours. */
export interface Unanswered {
  readonly error: string;
}

export interface TokenFacts {
  readonly team: string;
  readonly teamId: string;
  readonly bot: string;
  readonly scopes: readonly string[];
}

export interface ChannelFacts {
  readonly name: string;
  readonly member: boolean;
  readonly archived: boolean;
  readonly shared: boolean;
}

export interface SlackWish {
  readonly botToken: string;
  readonly apiUrl: string;
  /** null: HTTP mode. */
  readonly appToken: string | null;
  readonly channels: readonly string[];
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** Everything that `doctor` needs to check Slack, with an error in place of each missing answer. */
export interface SlackFacts {
  readonly token: TokenFacts | Unanswered;
  /** null: HTTP mode, which opens no connection. */
  readonly socket: 'opens' | Unanswered | null;
  readonly channels: ReadonlyMap<string, ChannelFacts | Unanswered>;
  /** The users asked for, and the members of the groups. */
  readonly users: ReadonlyMap<string, Identity | Unanswered>;
  readonly groups: ReadonlyMap<string, readonly string[] | Unanswered>;
}

const CALL_TIMEOUT_MS = 8_000;

/** If Slack asks us to wait longer than this, we don't. */
const LONGEST_PATIENCE_SECONDS = 30;

/** Asks Slack about everything that the configuration names. Changes nothing there, and never throws. */
export async function inspectSlack(wish: SlackWish): Promise<SlackFacts> {
  const client = clientFor(wish.botToken, wish.apiUrl);
  const [token, socket] = await Promise.all([
    asked(() => readToken(client)),
    wish.appToken === null ? null : asked(() => openSocket(clientFor(wish.appToken ?? '', wish.apiUrl))),
  ]);
  if ('error' in token) return { token, socket, channels: new Map(), users: new Map(), groups: new Map() };
  const [channels, groups] = await Promise.all([
    each(wish.channels, (id) => readChannel(client, id)),
    each(wish.groups, (id) => throwing((fault) => slackPeople(client, token.teamId, fault).groupMembers(id))),
  ]);
  const members = [...groups.values()].flatMap((list) => ('error' in list ? [] : list));
  const users = await each([...wish.users, ...members], (id) =>
    throwing((fault) => slackPeople(client, token.teamId, fault).identity(id)),
  );
  return { token, socket, channels, users, groups };
}

function clientFor(token: string, slackApiUrl: string): WebClient {
  return new WebClient(token, {
    slackApiUrl,
    timeout: CALL_TIMEOUT_MS,
    retryConfig: { retries: 1 },
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: 4,
  });
}

const tokenAnswer = z.object({
  team: z.string(),
  team_id: z.string(),
  user: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

async function readToken(client: WebClient): Promise<TokenFacts> {
  const { team, team_id, user, response_metadata } = tokenAnswer.parse(await client.auth.test());
  return { team, teamId: team_id, bot: user, scopes: response_metadata?.scopes ?? [] };
}

/** Asks for a connection's address but does not connect, so a running bot keeps its own. */
async function openSocket(client: WebClient): Promise<'opens'> {
  await client.apps.connections.open();
  return 'opens';
}

const channelAnswer = z.object({
  channel: z.object({
    name: z.string(),
    is_member: z.boolean().optional(),
    is_archived: z.boolean().optional(),
    is_ext_shared: z.boolean().optional(),
  }),
});

async function readChannel(client: WebClient, id: string): Promise<ChannelFacts> {
  const { channel } = channelAnswer.parse(await client.conversations.info({ channel: id }));
  return {
    name: channel.name,
    member: channel.is_member === true,
    archived: channel.is_archived === true,
    shared: channel.is_ext_shared === true,
  };
}

/** `slackPeople` returns null and reports why; here the reason is what we want. */
async function throwing<T>(look: (fault: (error: unknown) => void) => Promise<T | null>): Promise<T> {
  let why: unknown = new Error('no answer');
  const answer = await look((error) => {
    why = error;
  });
  if (answer === null) throw why;
  return answer;
}

async function each<T>(
  ids: readonly string[],
  look: (id: string) => Promise<T>,
): Promise<ReadonlyMap<string, T | Unanswered>> {
  const known = [...new Set(ids)];
  const answers = await Promise.all(known.map(async (id) => [id, await asked(() => look(id))] as const));
  return new Map(answers);
}

async function asked<T>(look: () => Promise<T>): Promise<T | Unanswered> {
  try {
    try {
      return await look();
    } catch (error) {
      const seconds = patience(error);
      if (seconds === null) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, seconds * 1_000);
      });
      return await look();
    }
  } catch (error) {
    return { error: slackError(error) ?? (error instanceof Error ? error.message : String(error)) };
  }
}

/** Seconds until Slack wants to be asked again; null: another error, or too long to wait. */
function patience(error: unknown): number | null {
  if (!(error instanceof Error) || !('retryAfter' in error) || typeof error.retryAfter !== 'number')
    return null;
  return error.retryAfter <= LONGEST_PATIENCE_SECONDS ? error.retryAfter : null;
}
