import type { ServerResponse } from 'node:http';
import type { LocalSlack } from '../local-slack.ts';
import type { SlackEvent } from '../transcript.ts';
import { HEADERS } from './assets.ts';
import type { Memory } from './memory.ts';
import { notificationFor } from './notifications.ts';
import { type PageOptions, stateFor } from './state.ts';

/** The event streams of open pages. */
export interface Streams {
  readonly open: (user: string, response: ServerResponse) => void;
  /** Something changed that is no event of Slack, such as what was read. */
  readonly refresh: () => void;
}

/** Changes within this time reach the page as one. */
const GATHER_MS = 25;
/** Often enough that nothing in between takes the connection for dead. */
const HEARTBEAT_MS = 20_000;
/** How soon a page tries again after it lost its connection. */
const RETRY_MS = 1000;

interface Stream {
  readonly user: string;
  readonly send: (event: string, data: unknown) => void;
}

export const createStreams = (slack: LocalSlack, memory: Memory, options: PageOptions): Streams => {
  const streams = new Set<Stream>();
  let gathering: NodeJS.Timeout | undefined;

  const sendStates = (): void => {
    gathering = undefined;
    for (const { user, send } of streams) send('state', stateFor(slack, memory, user, options));
  };
  const refresh = (): void => {
    if (gathering === undefined) gathering = setTimeout(sendStates, GATHER_MS);
  };
  slack.onEvent((event) => {
    for (const stream of streams) tell(slack, stream, event);
    if (changesTheScreen(event)) refresh();
  });

  return {
    refresh,
    open: (user, response) => {
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(`retry: ${RETRY_MS}\n\n`);
      const stream: Stream = {
        user,
        send: (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
      };
      const leave = memory.arrive(user);
      const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
      heartbeat.unref();
      streams.add(stream);
      response.once('close', () => {
        clearInterval(heartbeat);
        streams.delete(stream);
        leave();
        refresh();
      });
      stream.send('state', stateFor(slack, memory, user, options));
      refresh();
    },
  };
};

const tell = (slack: LocalSlack, { user, send }: Stream, event: SlackEvent): void => {
  if (event.type === 'notice' && event.user === user) send('notice', { text: event.text });
  const notification = notificationFor(slack, user, event);
  if (notification !== undefined) send('notification', notification);
};

const changesTheScreen = ({ type }: SlackEvent): boolean =>
  type === 'message' || type === 'edit' || type === 'delete' || type === 'ephemeral' || type === 'modal';
