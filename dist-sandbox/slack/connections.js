import { deliver } from './delivery.js';
import { createHttpTransport } from './http-transport.js';
import { createSocketTransport } from './socket-transport.js';
const SOCKET_WAIT_MS = 5000;
export const createSwitchboard = ({ appId, signingSecret }, transcript, ackTimeoutMs) => {
    const waiting = new Set();
    const sockets = createSocketTransport(appId, () => {
        for (const check of waiting)
            check();
    });
    let http;
    return {
        sockets,
        deliver: (delivery) => deliver(http ?? sockets, transcript, ackTimeoutMs, delivery),
        connections: {
            deliverTo: (url) => {
                http?.close();
                http = url === undefined ? undefined : createHttpTransport(url, signingSecret);
            },
            signWith: (change) => {
                if (http === undefined)
                    throw new Error('only HTTP requests are signed: call deliverTo first');
                http.signWith(change);
            },
            openSockets: sockets.openSockets,
            waitForSockets: (count = 1, timeoutMs = SOCKET_WAIT_MS) => untilOpen(sockets.openSockets, waiting, count, timeoutMs),
            refreshSockets: sockets.refresh,
            cutSockets: sockets.cut,
        },
        close: async () => {
            http?.close();
            await sockets.close();
        },
    };
};
const untilOpen = (openSockets, waiting, count, timeoutMs) => new Promise((resolve, reject) => {
    const settle = (finish) => {
        clearTimeout(timer);
        waiting.delete(check);
        finish();
    };
    const check = () => {
        if (openSockets() === count)
            settle(resolve);
    };
    const timer = setTimeout(() => settle(() => reject(new Error(`${openSockets()} sockets instead of ${count} after ${timeoutMs} ms`))), timeoutMs);
    waiting.add(check);
    check();
});
