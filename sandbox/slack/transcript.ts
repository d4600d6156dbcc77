import type { DeliveryKind, DeliveryResult } from './delivery-result.ts';
import type { Message, Modal } from './model.ts';
import { plainText } from './plain-text.ts';

/** Everything that happened, in order: what people saw, what was sent to the app, and why its calls were refused. */
export type SlackEvent =
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'edit'; readonly message: Message; readonly previous: Message }
  | { readonly type: 'delete'; readonly message: Message }
  | { readonly type: 'ephemeral'; readonly message: Message; readonly user: string }
  | { readonly type: 'modal'; readonly change: ModalChange; readonly modal: Modal; readonly user: string }
  | {
      readonly type: 'delivery';
      readonly kind: DeliveryKind;
      readonly user: string;
      readonly summary: string;
    }
  | {
      readonly type: 'ack';
      readonly kind: DeliveryKind;
      readonly user: string;
      readonly result: DeliveryResult;
    }
  | { readonly type: 'notice'; readonly user: string; readonly text: string }
  | {
      readonly type: 'refusal';
      readonly method: string;
      readonly error: string;
      readonly messages: readonly string[];
      /** A fault that the test itself scripted. */
      readonly scripted: boolean;
    };

export type ModalChange = 'opened' | 'updated' | 'pushed' | 'errors' | 'closed';

export interface WaitOptions {
  readonly timeoutMs?: number;
  /** Only considers events from this position of the transcript on; see `mark`. */
  readonly since?: number;
}

export interface Transcript {
  readonly events: readonly SlackEvent[];
  readonly record: (event: SlackEvent) => void;
  /** Calls the listener for each new event. Call the result to stop. */
  readonly subscribe: (listener: (event: SlackEvent) => void) => () => void;
  /** The value of the first event, past or future, for which `pick` returns one. */
  readonly find: <T>(pick: (event: SlackEvent) => T | undefined, options?: WaitOptions) => Promise<T>;
  readonly close: () => void;
}

const TAIL = 25;
/** Longer than any machine needs: what does not come by then does not come. */
const DEFAULT_TIMEOUT_MS = 120_000;

export const createTranscript = (): Transcript => {
  const events: SlackEvent[] = [];
  const listeners = new Set<(event: SlackEvent) => void>();
  const pending = new Set<(reason: string) => void>();

  const subscribe = (listener: (event: SlackEvent) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  const find = <T>(pick: (event: SlackEvent) => T | undefined, options: WaitOptions = {}): Promise<T> => {
    for (const event of events.slice(options.since ?? 0)) {
      const found = pick(event);
      if (found !== undefined) return Promise.resolve(found);
    }
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return new Promise<T>((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        stop();
        pending.delete(giveUp);
        finish();
      };
      const giveUp = (reason: string): void =>
        settle(() => reject(new Error(`${reason}; the transcript ends with\n${tail(events)}`)));
      const timer = setTimeout(() => giveUp(`nothing matched within ${timeoutMs} ms`), timeoutMs);
      const stop = subscribe((event) => {
        const found = pick(event);
        if (found !== undefined) settle(() => resolve(found));
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
      for (const listener of listeners) listener(event);
    },
    close: () => {
      for (const giveUp of pending) giveUp('the local Slack was closed');
    },
  };
};

const tail = (events: readonly SlackEvent[]): string =>
  events.length === 0 ? '(nothing)' : events.slice(-TAIL).map(describeEvent).join('\n');

/** One event for a person who debugs a test. */
export const describeEvent = (event: SlackEvent): string => {
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

const where = (message: Message): string =>
  `${message.channel} ${message.ts}${message.threadTs === undefined ? '' : ` in thread ${message.threadTs}`}`;

const indented = (text: string): string => text.replaceAll(/^/gm, '    ');
