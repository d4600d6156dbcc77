/** What is wrong with what a person typed, and what to type instead. Only that person sees it. */
export interface UsageProblem {
  readonly kind: 'problem';
  /** One sentence in plain words. */
  readonly sentence: string;
  /** The next thing to do, one sentence. */
  readonly next: string;
}

export function usageProblem(sentence: string, next: string): UsageProblem {
  return { kind: 'problem', sentence, next };
}
