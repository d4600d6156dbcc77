/** What chooses where tests play a part of what they could; it stands in their names, and repeats them when it is given. */
export const SEED = Number(process.env['ROLLBACK_TEST_SEED'] ?? Date.now() % 100_000);

/** How much of the longest tables is played, in per cent: CI has less time for them on a slow machine. */
const SHARE = Number(process.env['ROLLBACK_TEST_SHARE'] ?? 100);

/** For the names of tests that play a sample. */
export const SAMPLED = SHARE < 100 ? ` (${SHARE} % of it, seed ${SEED})` : '';

/** That share of them, in their order; all of them unless the environment says otherwise. */
export function sample<T>(all: readonly T[]): readonly T[] {
  return all.filter((_, index) => (index * 37 + SEED) % 100 < SHARE);
}

/** The first of them, where each needs the one before. */
export function firstOf<T>(all: readonly T[]): readonly T[] {
  return all.slice(0, Math.ceil((all.length * SHARE) / 100));
}
