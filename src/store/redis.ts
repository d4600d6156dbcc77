import type { EventEmitter } from 'node:events';
import { Redis, type RedisOptions } from 'ioredis';
import { StoreUnavailable } from '../app/ports/run-store.ts';

/** One connection to Redis. Its failures are sentences that people can act on. */
export interface RedisLink {
  readonly redis: Redis;
  /** `host:port`; never the password. */
  readonly address: string;
  /** Waits until the connection is open. Errors: throws the sentence if that takes too long. */
  ready(withinMs?: number): Promise<void>;
  /** Runs commands. Errors: throws `StoreUnavailable` (`redis at <host:port> does not answer: …`), or `… refuses: …`. */
  run<T>(command: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const COMMAND_TIMEOUT_MS = 5_000;

/** The client's own text for a command without a reply. */
const TIMED_OUT = 'Command timed out';

const RECONNECT = {
  retryStrategy: (attempt: number) => Math.min(attempt * 100, 1_000),
  // After a failover, our open connection may lead to a server that no longer takes writes. So look the address up again.
  reconnectOnError: (error: Error) => error.message.includes('READONLY'),
};

/** For the record: a command is answered or fails within seconds. Nothing waits in memory for Redis to come back. */
export function openStoreRedis(url: string, commandTimeout: number = COMMAND_TIMEOUT_MS): RedisLink {
  return openLink(url, {
    ...RECONNECT,
    enableOfflineQueue: false,
    commandTimeout,
    connectTimeout: commandTimeout,
    // A silent connection looks open for minutes. Without this, every command would wait its whole timeout.
    socketTimeout: 2 * commandTimeout,
    // The command timeout is the limit. Until then, the client sends a command again after a reconnect.
    maxRetriesPerRequest: null,
  });
}

/** For queue workers: they wait for work in long commands, and outlive a Redis that is unavailable. */
export function openWorkerRedis(url: string): RedisLink {
  return openLink(url, { ...RECONNECT, connectTimeout: COMMAND_TIMEOUT_MS, maxRetriesPerRequest: null });
}

function openLink(url: string, options: RedisOptions & { readonly replyMapping?: 'legacy' }): RedisLink {
  const redis = new Redis(url, options);
  const address = addressOf(redis.options);
  let trouble: unknown = null;
  redis.on('error', (error: unknown) => {
    trouble = error;
  });
  redis.on('ready', () => {
    trouble = null;
  });
  const sentence = (error: unknown) => sentenceOf(error, trouble, address, redis.options.password);
  const firstAttempt = settled(redis, ['ready', 'close', 'end']);
  return {
    redis,
    address,
    async ready(withinMs = COMMAND_TIMEOUT_MS) {
      const timer = AbortSignal.timeout(withinMs);
      while (redis.status !== 'ready') {
        if (timer.aborted || redis.status === 'end') throw sentence(trouble ?? new Error(TIMED_OUT));
        await settled(redis, ['ready', 'close', 'end'], timer);
      }
    },
    async run(command) {
      await firstAttempt;
      try {
        return await command();
      } catch (error) {
        throw sentence(error);
      }
    },
    async close() {
      if (redis.status === 'ready') await redis.quit().catch(() => undefined);
      redis.disconnect();
    },
  };
}

function addressOf({ host, port, path }: RedisOptions): string {
  if (path !== undefined) return path;
  const name = host ?? 'localhost';
  return `${name.includes(':') ? `[${name}]` : name}:${port ?? 6379}`;
}

/** Resolves at the first of these events, or when `signal` aborts. */
function settled(emitter: EventEmitter, events: readonly string[], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) emitter.off(event, done);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    for (const event of events) emitter.on(event, done);
    signal?.addEventListener('abort', done);
  });
}

/** Drops the original error instead of keeping it as `cause`: its `command` holds the arguments, and so the password. */
function sentenceOf(error: unknown, trouble: unknown, address: string, password?: string): Error {
  const text = withoutPassword(detailOf(error, trouble), password);
  const refuses =
    error instanceof Error && error.name === 'ReplyError' && !/^(LOADING|CLUSTERDOWN)/.test(text);
  return refuses
    ? new Error(`redis at ${address} refuses: ${text}`)
    : new StoreUnavailable(`redis at ${address} does not answer: ${text}`);
}

function detailOf(error: unknown, trouble: unknown): string {
  const text = messageOf(error);
  if (text === TIMED_OUT) return 'no reply in time';
  const isConnectionOnly = /^(Stream isn't writeable|Connection is closed|Reached the max retries)/.test(
    text,
  );
  if (!isConnectionOnly) return text;
  return trouble === null ? 'the connection is not open' : messageOf(trouble);
}

/** If a name has several addresses and none answers, Node throws an AggregateError without a message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map(messageOf).join(', ') || 'no address answers';
  return error instanceof Error ? error.message : String(error);
}

/** Redis before 6 quotes the arguments of HELLO in its answer, and so the password. */
function withoutPassword(text: string, password: string | undefined): string {
  return password ? text.replaceAll(password, '***') : text;
}
