/** The seed of tests that play only a sample. It is in their names, and setting it repeats the sample. */
export const SEED = Number(process.env['ROLLBACK_TEST_SEED'] ?? Date.now() % 100_000);

/** How much of the longest tables is played, in per cent. CI plays less on a slow machine. */
const SHARE = Number(process.env['ROLLBACK_TEST_SHARE'] ?? 100);

/** Share and seed for the names of tests that play a sample. */
export const SAMPLED = SHARE < 100 ? ` (${SHARE} % of it, seed ${SEED})` : '';

/** A random share of them in their order; all of them by default. */
export function sample<T>(all: readonly T[]): readonly T[] {
  return all.filter((_, index) => (index * 37 + SEED) % 100 < SHARE);
}

/** A share from the beginning, for lists in which each entry needs the previous one. */
export function firstOf<T>(all: readonly T[]): readonly T[] {
  return all.slice(0, Math.ceil((all.length * SHARE) / 100));
}
