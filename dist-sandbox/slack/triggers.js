import { ApiError } from './api-error.js';
import { secretPart } from './ids.js';
import { TRIGGER_LIFETIME_MS } from './limits.js';
export const createTriggers = (clock) => {
    const issued = new Map();
    let count = 0;
    return {
        issue: (user) => {
            count += 1;
            const id = `${count}.${Math.floor(clock.now() / 1000)}.${secretPart()}`;
            issued.set(id, { user, at: clock.now(), used: false });
            return id;
        },
        exchange: (id) => {
            const trigger = issued.get(id);
            if (trigger === undefined)
                throw new ApiError('invalid_trigger_id');
            if (trigger.used)
                throw new ApiError('exchanged_trigger_id');
            if (clock.now() - trigger.at > TRIGGER_LIFETIME_MS)
                throw new ApiError('expired_trigger_id');
            trigger.used = true;
            return trigger.user;
        },
    };
};
