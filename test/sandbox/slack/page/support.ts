import { type IncomingHttpHeaders, request } from 'node:http';
import type { LocalSlack } from '../../../../sandbox/slack/local-slack.ts';
import type { ChannelView, PageState } from '../../../../sandbox/slack/page/state.ts';
import { given } from '../support.ts';

/** What the page would get for this person. */
export const stateOf = async (slack: LocalSlack, user: string): Promise<PageState> => {
  const response = await fetch(`${slack.origin}/page/state?user=${user}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as PageState;
};

export const channelOf = async (slack: LocalSlack, user: string, channel: string): Promise<ChannelView> =>
  given((await stateOf(slack, user)).channels.find(({ id }) => id === channel));

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export const doAs = async (
  slack: LocalSlack,
  user: string,
  action: Readonly<Record<string, unknown>>,
): Promise<Answer> => {
  const response = await fetch(`${slack.origin}/page/act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, ...action }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
};

/** A request with headers of one's own; fetch sets Host itself. */
export const ask = (
  slack: LocalSlack,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(slack.origin);
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** Reads a stream of events until enough of one kind came. */
export const listenTo = async (
  slack: LocalSlack,
  user: string,
): Promise<{
  readonly next: (event: string) => Promise<unknown>;
  readonly stop: () => void;
}> => {
  const controller = new AbortController();
  const response = await fetch(`${slack.origin}/page/events?user=${user}`, { signal: controller.signal });
  const reader = given(response.body ?? undefined).getReader();
  const decoder = new TextDecoder();
  const waiting: { readonly event: string; readonly data: unknown }[] = [];
  let buffer = '';
  const next = async (event: string): Promise<unknown> => {
    const at = waiting.findIndex((one) => one.event === event);
    if (at !== -1) return given(waiting.splice(at, 1)[0]).data;
    const { value, done } = await reader.read();
    if (done) throw new Error('the stream ended');
    buffer += decoder.decode(value, { stream: true });
    const parts = buffer.split('\n\n');
    buffer = parts.pop() ?? '';
    for (const part of parts) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(part) ?? [];
      if (name !== undefined && data !== undefined) waiting.push({ event: name, data: JSON.parse(data) });
    }
    return next(event);
  };
  return { next, stop: () => controller.abort() };
};
