import { HEADERS } from './assets.js';
import { notificationFor } from './notifications.js';
import { stateFor } from './state.js';
/** Several changes within this time reach the page as one. */
const GATHER_MS = 25;
/** Keeps the connection from looking dead to anything in between. */
const HEARTBEAT_MS = 20_000;
/** How soon a page that lost its connection tries again. */
const RETRY_MS = 1000;
export const createStreams = (slack, memory, options) => {
    const streams = new Set();
    let gathering;
    const sendStates = () => {
        gathering = undefined;
        for (const { user, send } of streams)
            send('state', stateFor(slack, memory, user, options));
    };
    const refresh = () => {
        if (gathering === undefined)
            gathering = setTimeout(sendStates, GATHER_MS);
    };
    slack.onEvent((event) => {
        for (const stream of streams)
            tell(slack, stream, event);
        if (changesTheScreen(event))
            refresh();
    });
    return {
        refresh,
        open: (user, request, response) => {
            response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
            response.write(`retry: ${RETRY_MS}\n\n`);
            const stream = {
                user,
                send: (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
            };
            const leave = memory.arrive(user);
            const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
            heartbeat.unref();
            streams.add(stream);
            request.once('close', () => {
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
const tell = (slack, { user, send }, event) => {
    if (event.type === 'notice' && event.user === user)
        send('notice', { text: event.text });
    const notification = notificationFor(slack, user, event);
    if (notification !== undefined)
        send('notification', notification);
};
const changesTheScreen = ({ type }) => type === 'message' || type === 'edit' || type === 'delete' || type === 'ephemeral' || type === 'modal';
