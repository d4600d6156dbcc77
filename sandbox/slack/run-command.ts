import { ApiError } from './api-error.ts';
import { type Host, notice } from './host.ts';
import { type Interaction, NOTHING_SENT, type PersonTools, requireMember } from './interaction.ts';
import { objectOf } from './json.ts';
import { commandPayload } from './payloads.ts';
import { type Origin, respond } from './response-urls.ts';
import { refusal } from './web-api.ts';
import { channelOf, userOf } from './workspace.ts';

/** Sends a slash command as a person types it, with the slash and its arguments. */
export const runCommand = async (
  tools: PersonTools,
  userId: string,
  channelId: string,
  line: string,
  thread: string | undefined,
): Promise<Interaction> => {
  const { host, responseUrls } = tools;
  const user = userOf(host.workspace, userId);
  const channel = channelOf(host.workspace, channelId);
  requireMember(user, channel);
  const [, command, text] = /^(\/\S+)\s*([\s\S]*)$/.exec(line) ?? [];
  if (command === undefined || text === undefined) throw new Error(`not a slash command: ${line}`);
  if (thread !== undefined) {
    notice(host, userId, `${command} is not supported in threads. Sorry!`);
    return NOTHING_SENT;
  }
  const origin: Origin = { channel: channelId, user: userId };
  const triggerId = host.triggers.issue(userId);
  const responseUrl = responseUrls.issue(origin);
  const result = await tools.deliver({
    kind: 'slash_command',
    user: userId,
    summary: `${line} in ${channelId}`,
    payload: commandPayload(host.workspace, {
      user,
      channel,
      command,
      text: text.trim(),
      triggerId,
      responseUrl,
    }),
  });
  if (result.ok) showCommandReply(host, origin, command, result.ackBody);
  else notice(host, userId, `${command} failed with the error "${result.error ?? ''}"`);
  return { ...result, sent: true, triggerId, responseUrl };
};

/** Posts the content of an acknowledgement, like an answer to the response_url. */
const showCommandReply = (host: Host, origin: Origin, command: string, body: unknown): void => {
  const said = typeof body === 'string' ? { text: body } : objectOf(body);
  if (Object.keys(said).length === 0) return;
  try {
    respond(host, origin, said);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    refusal(host, `ack of ${command}`, error);
    notice(host, origin.user, `${command} failed with the error "invalid_command_response"`);
  }
};
