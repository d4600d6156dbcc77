import { describe, expect, it } from 'vitest';

import { createSlots } from '../../../src/ssh/transport/slots.ts';

const never = new AbortController().signal;

/** Whether a promise has settled once everything that could settle it had its turn. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

describe('createSlots', () => {
  it('gives out so many places, then makes people wait in their order', async () => {
    const slots = createSlots(2);
    const first = await slots.take(never);
    const second = await slots.take(never);
    const third = slots.take(never);
    const fourth = slots.take(never);
    expect(await settled(third)).toBe(false);

    first?.();
    expect(await settled(third)).toBe(true);
    expect(await settled(fourth)).toBe(false);

    second?.();
    expect(await settled(fourth)).toBe(true);
  });

  it('takes a place back once, however often it is given back', async () => {
    const slots = createSlots(1);
    const first = await slots.take(never);
    first?.();
    first?.();

    const second = await slots.take(never);
    expect(second).toBeTypeOf('function');
    first?.();

    expect(await settled(slots.take(never))).toBe(false);
  });

  it('answers null to one who stops waiting, and passes the place on to the next', async () => {
    const slots = createSlots(1);
    const first = await slots.take(never);
    const leaving = new AbortController();
    const second = slots.take(leaving.signal);
    const third = slots.take(never);

    leaving.abort();
    first?.();

    expect(await second).toBeNull();
    expect(await third).toBeTypeOf('function');
  });

  it('answers null to one who stopped before asking, and keeps the place free', async () => {
    const slots = createSlots(1);

    expect(await slots.take(AbortSignal.abort())).toBeNull();
    expect(await slots.take(never)).toBeTypeOf('function');
  });
});
