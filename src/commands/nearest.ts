import { distance } from 'fastest-levenshtein';

/**
 * The candidate that was probably meant: one that starts with the word, or else one a few letters away; null if there is
 * none.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const started = candidates.filter((candidate) => word.length >= 3 && candidate.startsWith(word));
  if (started.length > 0) return started.length === 1 ? (started[0] ?? null) : null;
  const reach = Math.max(2, Math.floor(word.length / 3));
  const [best] = candidates
    .map((candidate) => ({ candidate, away: distance(word, candidate) }))
    .filter(({ away }) => away <= reach && away < word.length)
    .toSorted((a, b) => a.away - b.away);
  return best?.candidate ?? null;
}
