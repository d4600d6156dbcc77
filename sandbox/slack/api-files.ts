import { threadArgument, writableChannel } from './api-chat.ts';
import { ApiError } from './api-error.ts';
import { jsonArgument, neededArgument, textArgument } from './arguments.ts';
import { readContent } from './content.ts';
import { type Host, post } from './host.ts';
import { slackId } from './ids.ts';
import { type JsonObject, objectsOf, stringOf } from './json.ts';
import { MESSAGE_TEXT_MAX } from './limits.ts';
import type { UploadedFile } from './model.ts';
import { fileObject } from './slack-objects.ts';
import type { Workspace } from './workspace.ts';

export const UPLOAD_PATH = '/upload/v1/';

export const uploadUrl = (host: Host, args: JsonObject): JsonObject => {
  const name = neededArgument(args, 'filename');
  const length = Number(neededArgument(args, 'length'));
  if (!Number.isInteger(length) || length <= 0) {
    throw new ApiError('invalid_arguments', ['[ERROR] must provide an integer [json-pointer:/length]']);
  }
  const id = slackId('F');
  host.workspace.uploads.set(id, { id, name, length });
  return { upload_url: `${host.origin()}${UPLOAD_PATH}${id}`, file_id: id };
};

/** Takes the bytes of an announced file. The answer is an HTTP status. */
export const receiveUpload = async (
  workspace: Workspace,
  id: string,
  contentType: string | undefined,
  body: Buffer,
): Promise<{ readonly status: number; readonly text: string }> => {
  const pending = workspace.uploads.get(id);
  if (pending === undefined) return { status: 404, text: 'no such upload' };
  const content = contentType?.startsWith('multipart/form-data') ? await firstFile(contentType, body) : body;
  if (content.length !== pending.length)
    return { status: 400, text: 'length does not match what was announced' };
  workspace.uploads.set(id, { ...pending, content });
  return { status: 200, text: `OK - ${content.length}` };
};

const firstFile = async (contentType: string, body: Buffer): Promise<Buffer> => {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  for (const value of form.values())
    if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer());
  return Buffer.alloc(0);
};

export const completeUpload = (host: Host, args: JsonObject): JsonObject => {
  const { workspace } = host;
  const wanted = objectsOf(jsonArgument(args, 'files', 'invalid_arguments'));
  if (wanted.length === 0) throw new ApiError('invalid_arguments', ['[ERROR] missing required field: files']);
  const files = wanted.map((entry) => uploadedFile(workspace, entry));
  const channelId = textArgument(args, 'channel_id');
  if (channelId !== undefined) {
    const channel = writableChannel(workspace, channelId);
    const content = readContent({ ...args, text: args['initial_comment'] }, MESSAGE_TEXT_MAX);
    post(host, {
      channel: channel.id,
      user: workspace.installation.botUserId,
      text: content.text ?? '',
      blocks: content.blocks ?? [],
      threadTs: threadArgument(workspace, channel, args),
      files,
    });
  }
  for (const file of files) workspace.uploads.delete(file.id);
  return { files: files.map(fileObject) };
};

const uploadedFile = (workspace: Workspace, entry: JsonObject): UploadedFile => {
  const pending = workspace.uploads.get(stringOf(entry['id']));
  if (pending?.content === undefined) throw new ApiError('file_not_found');
  const { id, name, content } = pending;
  return { id, name, content, title: stringOf(entry['title']) || name };
};
