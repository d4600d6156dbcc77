import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../../src/domain/run/event.ts';
import { createRecordKeys } from '../../src/entry/parts/record-keys.ts';
import { chain, unsealedHash } from '../../src/store/audit.ts';
import { storeKeys } from '../../src/store/keys.ts';
import type { RedisLink } from '../../src/store/redis.ts';
import { pick } from './chance.ts';

/** Writes to Redis without any secret of the product, as every local account can whose Redis asks for no password. */
export interface RecordWriter {
  /** How it makes the chain anew. */
  readonly style: string;
  read(run: string): Promise<readonly StoredEvent[]>;
  chain(run: string, entries: readonly StoredEvent[]): readonly StoredEvent[];
  write(run: string, entries: readonly StoredEvent[]): Promise<void>;
  /** Puts an ended run back among those that workers look at. */
  reopen(run: string, site: string): Promise<void>;
}

type Chain = (run: string, entries: readonly StoredEvent[]) => readonly StoredEvent[];

const unsealed: Chain = (_, entries) => {
  let previous = '';
  return entries.map(({ seq, at, event }) => {
    const hash = unsealedHash(previous, { seq, at, event });
    previous = hash;
    return { seq, at, event, hash };
  });
};

/** The seals of the real entries, over hashes that anyone can compute. */
const sealsKept: Chain = (run, entries) =>
  unsealed(run, entries).map((entry, at) => {
    const seal = entries[at]?.seal ?? entries[0]?.seal;
    return seal === undefined ? entry : { ...entry, seal };
  });

/** Seals of a secret that somebody guessed, under the id of the real one. */
const guessed: Chain = (run, entries) => {
  const keys = createRecordKeys({ secret: 'a'.repeat(32), alsoAccepted: [] }, ['bot', 'worker']);
  const real = entries.find(({ seal }) => seal !== undefined)?.seal?.key;
  let previous = '';
  return entries.flatMap(({ seq, at, event }) => {
    const [entry] = chain({ run, previous, seq }, at, [event], keys);
    if (entry?.seal === undefined) return [];
    previous = entry.hash;
    return [{ ...entry, seal: { ...entry.seal, key: real ?? entry.seal.key } }];
  });
};

/** Hashes and seals stay as they are, and new entries take those of the last one. */
const untouched: Chain = (_, entries) => {
  const last = entries.findLast(({ hash }) => hash !== '');
  return entries.map((entry) => (entry.hash === '' && last ? { ...last, ...entry, hash: last.hash } : entry));
};

const STYLES: Readonly<Record<string, Chain>> = {
  'without seals': unsealed,
  'seals kept': sealsKept,
  'a guessed key': guessed,
  'hashes kept': untouched,
};

export function recordWriter({ redis }: RedisLink, random: () => number, prefix?: string): RecordWriter {
  const keys = storeKeys(prefix);
  const style = pick(random, Object.keys(STYLES));
  return {
    style,
    chain: STYLES[style] ?? unsealed,
    read: async (run) =>
      (await redis.lrange(keys.events(run), 0, -1)).map((text) => {
        const { op: _op, ...entry } = JSON.parse(text) as StoredEvent & { readonly op: string };
        return entry;
      }),
    async write(run, entries) {
      await redis.del(keys.events(run));
      const texts = entries.map((entry) => JSON.stringify({ op: randomUUID(), ...entry }));
      if (texts.length > 0) await redis.rpush(keys.events(run), ...texts);
    },
    async reopen(run, site) {
      await redis.sadd(keys.active, run);
      await redis.set(keys.site(site), run);
    },
  };
}
