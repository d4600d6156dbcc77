import { plainText } from './plain-text.js';
const TAIL = 25;
const DEFAULT_TIMEOUT_MS = 5000;
export const createTranscript = () => {
    const events = [];
    const listeners = new Set();
    const pending = new Set();
    const subscribe = (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
    };
    const find = (pick, options = {}) => {
        for (const event of events.slice(options.since ?? 0)) {
            const found = pick(event);
            if (found !== undefined)
                return Promise.resolve(found);
        }
        const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
        return new Promise((resolve, reject) => {
            const settle = (finish) => {
                clearTimeout(timer);
                stop();
                pending.delete(giveUp);
                finish();
            };
            const giveUp = (reason) => settle(() => reject(new Error(`${reason}; the transcript ends with\n${tail(events)}`)));
            const timer = setTimeout(() => giveUp(`nothing matched within ${timeoutMs} ms`), timeoutMs);
            const stop = subscribe((event) => {
                const found = pick(event);
                if (found !== undefined)
                    settle(() => resolve(found));
            });
            pending.add(giveUp);
        });
    };
    return {
        events,
        subscribe,
        find,
        record: (event) => {
            events.push(event);
            for (const listener of listeners)
                listener(event);
        },
        close: () => {
            for (const giveUp of pending)
                giveUp('the local Slack was closed');
        },
    };
};
const tail = (events) => events.length === 0 ? '(nothing)' : events.slice(-TAIL).map(describeEvent).join('\n');
/** One event as a person debugging a test wants to read it. */
export const describeEvent = (event) => {
    switch (event.type) {
        case 'message':
        case 'edit':
        case 'delete':
            return `${event.type} ${where(event.message)} by ${event.message.user}\n${indented(plainText(event.message))}`;
        case 'ephemeral':
            return `ephemeral ${where(event.message)} for ${event.user}\n${indented(plainText(event.message))}`;
        case 'modal':
            return `modal ${event.change} for ${event.user}\n${indented(plainText(event.modal))}`;
        case 'delivery':
            return `${event.kind} from ${event.user}: ${event.summary}`;
        case 'ack':
            return `${event.kind} ${event.result.error ?? 'acknowledged'} after ${Math.round(event.result.ackMs)} ms`;
        case 'notice':
            return `Slack tells ${event.user}: ${event.text}`;
        case 'refusal':
            return [`${event.method} refused: ${event.error}`, ...event.messages].join('\n    ');
    }
};
const where = (message) => `${message.channel} ${message.ts}${message.threadTs === undefined ? '' : ` in thread ${message.threadTs}`}`;
const indented = (text) => text.replaceAll(/^/gm, '    ');
