import { ApiError } from './api-error.ts';
import type { Clock } from './clock.ts';
import { secretPart } from './ids.ts';

/** A trigger allows one modal for the person who has just done something. */
export interface Triggers {
  readonly issue: (user: string) => string;
  /** Exchanges a trigger for its person, once and before it expires. */
  readonly exchange: (id: string) => string;
}

export const createTriggers = (clock: Clock, lifetimeMs: number): Triggers => {
  const issued = new Map<string, { readonly user: string; readonly at: number; used: boolean }>();
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
      if (trigger === undefined) throw new ApiError('invalid_trigger_id');
      if (trigger.used) throw new ApiError('exchanged_trigger_id');
      if (clock.now() - trigger.at > lifetimeMs) throw new ApiError('expired_trigger_id');
      trigger.used = true;
      return trigger.user;
    },
  };
};
