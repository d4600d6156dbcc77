/** How much one person may ask of the bot. */
export interface BudgetRules {
  /** At once, before the bot has to catch its breath. */
  readonly burst: number;
  readonly perMinute: number;
  /** So many people are remembered at the most. */
  readonly people: number;
}

/** More than people do, and less than what would keep others waiting. */
export const BUDGET: BudgetRules = { burst: 10, perMinute: 20, people: 1_000 };

/** `say-so`: too much, and the person has not been told lately. `drop`: too much, and they have. */
export type Verdict = 'go' | 'say-so' | 'drop';

export interface Budget {
  /** Takes one act from what this person has left. */
  spend(person: string): Verdict;
}

/** What one person has left. Times are in milliseconds. */
export interface Purse {
  readonly left: number;
  readonly at: number;
  /** When the person was told last that it is too much; null: never. */
  readonly toldAt: number | null;
}

const MINUTE_MS = 60_000;

/** One act at `now`, by someone who had `purse` (undefined: nothing was asked lately). A clock that goes back costs nobody anything. */
export function spend(
  purse: Purse | undefined,
  now: number,
  { burst, perMinute }: Omit<BudgetRules, 'people'>,
): { readonly purse: Purse; readonly verdict: Verdict } {
  const { left, at, toldAt } = purse ?? { left: burst, at: now, toldAt: null };
  const passed = Math.max(0, now - at);
  const have = Math.min(burst, left + (passed * perMinute) / MINUTE_MS);
  if (have >= 1) return { purse: { left: have - 1, at: now, toldAt }, verdict: 'go' };
  const wasTold = toldAt !== null && toldAt <= now && now - toldAt < MINUTE_MS;
  return {
    purse: { left: have, at: now, toldAt: wasTold ? toldAt : now },
    verdict: wasTold ? 'drop' : 'say-so',
  };
}

/**
 * A budget for each person, in memory. Nobody's acts count for anybody else. If there are too many people, the bot forgets the
 * one it has not heard of for the longest time, who then has a full budget again.
 */
export function createBudget(now: () => number, rules: BudgetRules = BUDGET): Budget {
  const purses = new Map<string, Purse>();
  return {
    spend(person) {
      const { purse, verdict } = spend(purses.get(person), now(), rules);
      // The order of a map is that of its insertions, so the first one is the oldest.
      purses.delete(person);
      purses.set(person, purse);
      const [oldest] = purses.keys();
      if (purses.size > rules.people && oldest !== undefined) purses.delete(oldest);
      return verdict;
    },
  };
}
