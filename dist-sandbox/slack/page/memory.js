export const createMemory = () => {
    const read = new Map();
    const dismissed = new Set();
    const here = new Map();
    const count = (user, by) => {
        here.set(user, (here.get(user) ?? 0) + by);
    };
    return {
        readUpTo: (user, channel) => read.get(key(user, channel)) ?? '0',
        markRead: (user, channel, ts) => {
            // a slow request must not make messages unread again
            if (ts > (read.get(key(user, channel)) ?? '0'))
                read.set(key(user, channel), ts);
        },
        dismiss: (user, channel, ts) => dismissed.add(key(user, channel, ts)),
        isDismissed: (user, channel, ts) => dismissed.has(key(user, channel, ts)),
        arrive: (user) => {
            count(user, 1);
            return () => count(user, -1);
        },
        isHere: (user) => (here.get(user) ?? 0) > 0,
    };
};
const key = (...parts) => parts.join(' ');
