import { randomUUID } from 'node:crypto';
import { secretPart } from './ids.js';
import { objectOf, parseJson, stringOf } from './json.js';
import { SOCKETS_MAX } from './limits.js';
import { acceptWebSocket } from './websocket.js';
const PING_INTERVAL_MS = 5000;
const GOODBYE_MS = 250;
const ENVELOPE_TYPE = {
    slash_command: 'slash_commands',
    block_actions: 'interactive',
    view_submission: 'interactive',
    view_closed: 'interactive',
};
export const createSocketTransport = (appId, onChange) => {
    const tickets = new Set();
    const open = new Map();
    const envelopes = createEnvelopes();
    const upgrade = (request, stream, head) => {
        const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
        if (!tickets.delete(ticket) || open.size >= SOCKETS_MAX) {
            stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
            return;
        }
        const socket = acceptWebSocket(request, stream, head, {
            onText: envelopes.settle,
            onClose: () => {
                clearInterval(pings);
                open.delete(socket);
                onChange();
            },
        });
        const pings = setInterval(socket.ping, PING_INTERVAL_MS).unref();
        open.set(socket, stream);
        socket.send(hello(appId, open.size));
        onChange();
    };
    return {
        send: (delivery) => envelopes.send([...open.keys()], delivery),
        upgrade,
        issueTicket: () => {
            const ticket = secretPart();
            tickets.add(ticket);
            return ticket;
        },
        openSockets: () => open.size,
        refresh: () => {
            const notice = JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} });
            for (const socket of open.keys())
                socket.send(notice);
        },
        cut: () => {
            for (const socket of open.keys())
                socket.destroy();
        },
        close: async () => {
            envelopes.giveUp();
            const leaving = [...open.values()].map(closed);
            for (const socket of open.keys())
                socket.close();
            await Promise.all(leaving);
        },
    };
};
const hello = (appId, connections) => JSON.stringify({
    type: 'hello',
    num_connections: connections,
    debug_info: { host: 'local-slack', build_number: 1, approximate_connection_time: 18_060 },
    connection_info: { app_id: appId },
});
/** Payloads on their way, each waiting for the message that names its envelope. */
const createEnvelopes = () => {
    const waiting = new Map();
    let turn = 0;
    return {
        send: (sockets, delivery) => {
            const socket = sockets[turn % sockets.length];
            turn += 1;
            if (socket === undefined)
                return Promise.resolve({ kind: 'failed', error: 'dispatch_failed' });
            const id = randomUUID();
            return new Promise((resolve) => {
                waiting.set(id, resolve);
                socket.send(envelope(id, delivery));
            });
        },
        settle: (text) => {
            const reply = objectOf(parseJson(text)?.value);
            const id = stringOf(reply['envelope_id']);
            waiting.get(id)?.({ kind: 'acked', body: reply['payload'] });
            waiting.delete(id);
        },
        giveUp: () => {
            for (const resolve of waiting.values())
                resolve({ kind: 'failed', error: 'dispatch_failed' });
            waiting.clear();
        },
    };
};
const envelope = (id, { kind, payload }) => JSON.stringify({
    envelope_id: id,
    type: ENVELOPE_TYPE[kind],
    payload,
    accepts_response_payload: kind === 'slash_command' || kind === 'view_submission',
});
const closed = (stream) => new Promise((resolve) => {
    const impatient = setTimeout(() => stream.destroy(), GOODBYE_MS);
    stream.once('close', () => {
        clearTimeout(impatient);
        resolve();
    });
});
