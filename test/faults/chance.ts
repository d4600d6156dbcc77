import { seeded } from '../support/story/random.ts';

/** A trial's own random numbers. They only depend on its seed and number, not on earlier trials. */
export function randomFor(seed: number, number: number): () => number {
  const random = seeded(Math.imul(seed, 1_000_003) + number);
  random();
  return random;
}

export function pick<T>(random: () => number, of: readonly T[]): T {
  const found = of[Math.floor(random() * of.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}
