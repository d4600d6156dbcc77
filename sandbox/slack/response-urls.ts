import { ApiError } from './api-error.ts';
import { flagArgument, textArgument } from './arguments.ts';
import { isEmpty, readContent } from './content.ts';
import { edit, type Host, post, remove } from './host.ts';
import { secretPart } from './ids.ts';
import type { JsonObject } from './json.ts';
import { MESSAGE_TEXT_MAX, RESPONSE_URL_LIFETIME_MS, RESPONSE_URL_USES_MAX } from './limits.ts';
import type { Message } from './model.ts';
import { findMessage } from './workspace.ts';

export const RESPONSE_PATH = '/actions/';

/** Where an interaction came from. The answer goes there. */
export interface Origin {
  readonly channel: string;
  readonly user: string;
  /** The message with the clicked button. */
  readonly messageTs?: string;
  readonly threadTs?: string;
}

export interface ResponseUrls {
  readonly issue: (origin: Origin) => string;
  /** Carries out one use of a URL, or refuses it as Slack does. */
  readonly use: (id: string, args: JsonObject) => void;
}

export const createResponseUrls = (host: Host): ResponseUrls => {
  const issued = new Map<string, { readonly origin: Origin; readonly at: number; uses: number }>();
  const { clock } = host.workspace;
  return {
    issue: (origin) => {
      const id = secretPart();
      issued.set(id, { origin, at: clock.now(), uses: 0 });
      return `${host.origin()}${RESPONSE_PATH}${id}`;
    },
    use: (id, args) => {
      const url = issued.get(id);
      if (url === undefined) throw new ApiError('invalid_url');
      if (clock.now() - url.at > RESPONSE_URL_LIFETIME_MS) throw new ApiError('expired_url');
      if (url.uses >= RESPONSE_URL_USES_MAX) throw new ApiError('used_url');
      respond(host, url.origin, args);
      url.uses += 1;
    },
  };
};

/** Posts, replaces or deletes for a response_url. That works even in a channel without the bot. */
export const respond = (host: Host, origin: Origin, args: JsonObject): void => {
  const original =
    origin.messageTs === undefined
      ? undefined
      : findMessage(host.workspace, origin.channel, origin.messageTs);
  if (flagArgument(args, 'delete_original')) {
    if (original !== undefined) remove(host, original);
    return;
  }
  const content = readContent(args, MESSAGE_TEXT_MAX);
  if (isEmpty(content)) throw new ApiError('no_text');
  const said = { text: content.text ?? '', blocks: content.blocks ?? [] };
  if (flagArgument(args, 'replace_original') && original !== undefined) {
    edit(host, original, said);
    return;
  }
  post(host, {
    ...said,
    channel: origin.channel,
    user: host.workspace.installation.botUserId,
    threadTs: textArgument(args, 'thread_ts') ?? inheritedThread(original, origin),
    ephemeralFor: args['response_type'] === 'in_channel' ? undefined : origin.user,
  });
};

/** The answer to a click in a thread stays in the thread, even if the message was ephemeral. */
const inheritedThread = (original: Message | undefined, origin: Origin): string | undefined =>
  original?.ephemeralFor === undefined ? undefined : origin.threadTs;
