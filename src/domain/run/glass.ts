import type { BrokenGlass } from '../approval/glass.ts';
import type { Confirmation } from '../checklist/confirmation.ts';
import type { CallResult } from './event.ts';

/** How often people let this run go ahead without approvals, and what became of it. */
export interface GlassRecord {
  readonly broken: readonly BrokenGlass[];
  /** Who is told at once about each, groups resolved. */
  readonly toTell: readonly (readonly string[])[];
  /** What the paging webhook said to each. */
  readonly told: readonly CallResult[];
  /** Who reviewed it afterwards; null: nobody yet. */
  readonly review: (Confirmation & { readonly note: string }) | null;
  /** When the bot reminded people of the review, ISO 8601. */
  readonly reminders: readonly string[];
}

/** Who broke the glass for this plan or decision; null: nobody. */
export function glassFor({ glass }: { readonly glass: GlassRecord }, digest: string): BrokenGlass | null {
  return glass.broken.find((one) => one.digest === digest) ?? null;
}
