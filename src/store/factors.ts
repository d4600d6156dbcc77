import { z } from 'zod';
import {
  DAMAGED,
  type FactorOrDamaged,
  type FactorSeals,
  type Factors,
  type Kept,
} from '../app/ports/factors.ts';
import { type FactorRecord, INVITATION_MS } from '../domain/approval/factor.ts';
import { storeKeys } from './keys.ts';
import type { RedisLink } from './redis.ts';
import { runScript } from './script.ts';

/**
 * Writes if the person's text is still the expected one. If it is sent again, it finds its own text: each has a random part, so
 * no other write made it.
 *
 * KEYS factors
 * ARGV person, expected text (empty: none), new text
 */
const WRITE = `
local now = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if now == ARGV[3] then return 1 end
if now ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`;

/**
 * As above, and only with the invitation, which is gone then.
 *
 * KEYS factors, invitation
 * ARGV person, expected text (empty: none), new text, invitation
 */
const ACCEPT = `
local now = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if now == ARGV[3] then return 1 end
if now ~= ARGV[2] or redis.call('GET', KEYS[2]) ~= ARGV[4] then return 0 end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`;

const record: z.ZodType<FactorRecord> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('enrolled'),
    serial: z.number(),
    secret: z.string(),
    since: z.iso.datetime(),
    lastStep: z.number(),
    wrongAt: z.array(z.iso.datetime()),
    lockedUntil: z.iso.datetime().nullable(),
  }),
  z.object({ kind: z.literal('removed'), serial: z.number(), at: z.iso.datetime() }),
]);

const invitation = z.object({ word: z.string(), until: z.iso.datetime() });

/**
 * The second factors in Redis, each sealed for its person. This process remembers the newest serial number that it has seen of
 * each, so that an older copy does not pass for the newest one while it runs. Errors: throws the link's sentence.
 */
export function createFactors(
  link: RedisLink,
  seals: FactorSeals,
  options: { readonly prefix?: string } = {},
): Factors {
  const keys = storeKeys(options.prefix);
  const seen = new Map<string, number>();
  const remember = (person: string, { serial }: FactorRecord) => {
    seen.set(person, Math.max(serial, seen.get(person) ?? 0));
  };
  // What this process knew before it asked: another write of its own may come in between.
  const reader = () => {
    const known = new Map(seen);
    return (person: string, text: string): FactorOrDamaged => {
      const found = parsed(record, seals.open(person, 'factor', text));
      if (found === null || found.serial < (known.get(person) ?? 0)) return DAMAGED;
      remember(person, found);
      return found;
    };
  };
  const written = async (person: string, next: FactorRecord, run: (text: string) => Promise<unknown>) => {
    const isWritten = (await run(seals.seal(person, 'factor', JSON.stringify(next)))) === 1;
    if (isWritten) remember(person, next);
    return isWritten;
  };
  return {
    read: async (person) => {
      const open = reader();
      const text = await link.run(() => link.redis.hget(keys.factors, person));
      return text === null ? null : { text, value: open(person, text) };
    },
    write: (person, before, next) =>
      written(person, next, (text) => runScript(link, WRITE, [keys.factors], [person, before ?? '', text])),
    all: async () => {
      const open = reader();
      const texts = await link.run(() => link.redis.hgetall(keys.factors));
      return new Map(Object.entries(texts).map(([person, text]) => [person, open(person, text)]));
    },
    invite: async (person, invited) => {
      const text = seals.seal(person, 'invitation', JSON.stringify(invited));
      await link.run(() => link.redis.set(keys.invitation(person), text, 'PX', INVITATION_MS));
    },
    invitation: async (person): Promise<Kept<z.infer<typeof invitation>> | null> => {
      const text = await link.run(() => link.redis.get(keys.invitation(person)));
      const value = text === null ? null : parsed(invitation, seals.open(person, 'invitation', text));
      return text === null || value === null ? null : { text, value };
    },
    accept: (person, invited, before, next) =>
      written(person, next, (text) =>
        runScript(
          link,
          ACCEPT,
          [keys.factors, keys.invitation(person)],
          [person, before ?? '', text, invited],
        ),
      ),
  };
}

/** What was sealed; null: nothing that this version can read. */
function parsed<Value>(schema: z.ZodType<Value>, text: string | null): Value | null {
  return text === null ? null : (schema.safeParse(JSON.parse(text)).data ?? null);
}
