import { beforeEach, describe, expect, test } from 'vitest';
import { checkCode } from '../../../src/app/factor/check-code.ts';
import { inviteToEnrol, offerSecret, removeFactor, takeOffer } from '../../../src/app/factor/enrol.ts';
import { DAMAGED, type Factors } from '../../../src/app/ports/factors.ts';
import { createFactorSeals } from '../../../src/entry/parts/factor-seals.ts';
import { createFactors } from '../../../src/store/factors.ts';
import { storeKeys } from '../../../src/store/keys.ts';
import { totp } from '../../../src/totp/totp.ts';
import { clockAt, type SetClock } from '../../support/fakes/clock.ts';
import { codeAt, enrolment, SECRET, wrongCodeAt } from '../../support/fakes/factors.ts';
import { useRedis } from '../../support/redis/redis-runs.ts';
import { BOB, CAROL, T } from '../../support/story/site.ts';

const SECRETS = { secret: 'the first APPROVAL_SECRET, of 32 bytes', alsoAccepted: [] };

const redis = useRedis();
let clock: SetClock;

beforeEach(() => {
  clock = clockAt(T.decided);
});

/** One bot, as a process of its own: with its own memory. */
function bot(secrets: Parameters<typeof createFactorSeals>[0] = SECRETS) {
  const factors = createFactors(redis.link, createFactorSeals(secrets), { prefix: redis.prefix });
  return { factors, totp, clock, newWord: () => 'ABCD-2345' };
}

const key = () => storeKeys(redis.prefix).factors;
/** What somebody does who can write to Redis and knows this source, but no secret. */
const stored = async (person: string) => (await redis.link.redis.hget(key(), person)) ?? '';
const put = (person: string, text: string) => redis.link.redis.hset(key(), person, text);

const enrolled = (factors: Factors, person = BOB) => factors.write(person, null, enrolment());
const found = async (factors: Factors, person: string) => (await factors.read(person))?.value;

describe('what is kept of a second factor', () => {
  test('is read as it was written, by each bot', async () => {
    await enrolled(bot().factors);

    expect(await found(bot().factors, BOB)).toEqual(enrolment());
    expect(await bot().factors.read(CAROL)).toBeNull();
    expect(await bot().factors.all()).toEqual(new Map([[BOB, enrolment()]]));
  });

  test('says nothing about the secret, nor is it the same twice', async () => {
    await enrolled(bot().factors);
    await enrolled(bot().factors, CAROL);
    const [one, other] = [await stored(BOB), await stored(CAROL)];

    expect(one.split('.')[1]).not.toBe(other.split('.')[1]);
    const plain = Buffer.from(one.split('.')[1] ?? '', 'base64url').toString('latin1');
    expect(`${one} ${plain}`).not.toContain(SECRET);
    expect(`${one} ${plain}`).not.toContain('enrolled');
  });

  test('is written by one of two who have read the same', async () => {
    const { factors } = bot();
    await enrolled(factors);
    const { text } = (await factors.read(BOB)) ?? { text: '' };
    const next = (serial: number) => factors.write(BOB, text, enrolment({ serial }));

    expect((await Promise.all([next(2), next(3)])).toSorted()).toEqual([false, true]);
    expect(await enrolled(factors)).toBe(false);
  });

  test('is still read after APPROVAL_SECRET was changed, and has the new key after the next code', async () => {
    await enrolled(bot().factors);
    const next = { secret: 'the second APPROVAL_SECRET, of 32 bytes', alsoAccepted: [SECRETS.secret] };
    const before = await stored(BOB);

    expect(await checkCode(bot(next), BOB, codeAt(T.decided))).toMatchObject({ kind: 'accepted' });

    expect((await stored(BOB)).split('.')[0]).not.toBe(before.split('.')[0]);
    expect(await found(bot({ ...next, alsoAccepted: [] }).factors, BOB)).toMatchObject({
      kind: 'enrolled',
    });
    expect(await found(bot().factors, BOB)).toBe(DAMAGED);
  });
});

describe('whoever can write to Redis', () => {
  test.each<[what: string, change: (text: string) => string]>([
    ['another character', (text) => text.slice(0, -2) + (text.at(-2) === 'A' ? 'B' : 'A') + text.at(-1)],
    ['a shorter text', (text) => text.slice(0, 40)],
    ['no text', () => ''],
    ['another key', (text) => `00000000.${text.split('.')[1]}`],
    ['no key', (text) => text.split('.')[1] ?? ''],
    ['a text of their own', () => JSON.stringify(enrolment())],
    ['a shorter tag', (text) => `${text.split('.')[0]}.${(text.split('.')[1] ?? '').slice(0, 20)}`],
  ])('cannot change it: %s', async (_, change) => {
    await enrolled(bot().factors);
    await put(BOB, change(await stored(BOB)));

    expect(await found(bot().factors, BOB)).toBe(DAMAGED);
    expect(await checkCode(bot(), BOB, codeAt(T.decided))).toEqual({ kind: 'damaged' });
  });

  test('cannot give one person the secret of another', async () => {
    await enrolled(bot().factors, CAROL);
    await put(BOB, await stored(CAROL));

    expect(await checkCode(bot(), BOB, codeAt(T.decided))).toEqual({ kind: 'damaged' });
  });

  test('cannot enrol anybody: no invitation and no factor can be made up', async () => {
    const deps = bot();
    await inviteToEnrol(deps, CAROL);
    const keys = storeKeys(redis.prefix);
    const theirs = (await redis.link.redis.get(keys.invitation(CAROL))) ?? '';
    await redis.link.redis.set(keys.invitation(BOB), theirs);
    await put(BOB, theirs);

    expect(await deps.factors.invitation(BOB)).toBeNull();
    expect(await offerSecret(deps, BOB, 'ABCD-2345')).toBe('enrolled-already');
    await redis.link.redis.hdel(key(), BOB);
    expect(await offerSecret(deps, BOB, 'ABCD-2345')).toBe('not-invited');
  });

  test('cannot let a code count again, while the bot remembers what it has seen', async () => {
    const deps = bot();
    await enrolled(deps.factors);
    const before = await stored(BOB);
    await checkCode(deps, BOB, codeAt(T.decided));
    await put(BOB, before);

    expect(await checkCode(deps, BOB, codeAt(T.decided))).toEqual({ kind: 'damaged' });
  });

  test('cannot bring back a phone that was lost, while the bot remembers that it was removed', async () => {
    const deps = bot();
    await enrolled(deps.factors);
    const before = await stored(BOB);
    await removeFactor(bot(), BOB);
    await deps.factors.all();
    await put(BOB, before);

    expect(await checkCode(deps, BOB, codeAt(T.decided))).toEqual({ kind: 'damaged' });
  });

  test('can only take it away: then nobody approves with it, and an operator puts it right', async () => {
    await enrolled(bot().factors);
    await redis.link.redis.hdel(key(), BOB);
    expect(await checkCode(bot(), BOB, codeAt(T.decided))).toEqual({ kind: 'missing' });

    await put(BOB, 'x');
    const deps = bot();
    expect(await removeFactor(deps, BOB)).toBe(true);
    const offer = await offerSecret(deps, BOB, null);
    if (typeof offer === 'string') throw new Error(offer);
    expect(await takeOffer(deps, BOB, offer, codeAt(T.decided, 0, offer.secret))).toBeNull();
  });
});

describe('two bots at once', () => {
  test('accept one code once', async () => {
    await enrolled(bot().factors);
    const bots = Array.from({ length: 6 }, () => bot());

    const answers = await Promise.all(bots.map((one) => checkCode(one, BOB, codeAt(T.decided))));

    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['accepted', ...Array(5).fill('used')]);
  });

  test('count wrong codes together: five of twenty are looked at', async () => {
    await enrolled(bot().factors);
    const [one, other] = [bot(), bot()];
    const kinds: string[] = [];
    for (let tries = 0; tries < 10; tries += 1)
      for (const each of [one, other]) kinds.push((await checkCode(each, BOB, wrongCodeAt(T.decided))).kind);

    expect(kinds).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'locks', ...Array(15).fill('locked')]);
  });

  test('lock once, however many wrong codes come at once', async () => {
    await enrolled(bot().factors);
    const bots = Array.from({ length: 9 }, () => bot());

    const answers = await Promise.all(bots.map((one) => checkCode(one, BOB, wrongCodeAt(T.decided))));

    expect(answers.filter(({ kind }) => kind === 'locks')).toHaveLength(1);
  });
});

describe('an invitation', () => {
  test('is taken by one of two bots, and is gone then', async () => {
    await inviteToEnrol(bot(), BOB);
    const take = async () => {
      const deps = bot();
      const offer = await offerSecret(deps, BOB, 'ABCD-2345');
      return typeof offer === 'string'
        ? offer
        : takeOffer(deps, BOB, offer, codeAt(T.decided, 0, offer.secret));
    };

    const answers = await Promise.all([take(), take()]);

    expect(answers.filter((one) => one === null)).toHaveLength(1);
    expect(await bot().factors.invitation(BOB)).toBeNull();
  });

  test('does not outlive its time in Redis', async () => {
    await inviteToEnrol(bot(), BOB);

    expect(await redis.ttl(storeKeys(redis.prefix).invitation(BOB))).toBeGreaterThan(890);
  });

  test('is for ids of Slack alone', () => {
    for (const person of ['', 'S01ONCALL', 'U02BOB:x', '*', 'u02bob'])
      expect(() => storeKeys().invitation(person)).toThrow('is not a Slack user id');
  });
});
