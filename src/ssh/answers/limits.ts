import { z } from 'zod';
import { firstInvisible, oneLine } from '../../domain/text/printable.ts';

/**
 * How much a host may say. What is for people is cut; what names or counts something is refused beyond its limit, in words that
 * continue "the host named".
 */

/** What the host says in its own words: one line. */
export function said(most = 300) {
  return z.string().transform((text) => oneLine(text, most));
}

/** A name or a path that is compared, or that programs get again: to the letter, and people have to be able to read it. */
export function exact(what: string, most = 300) {
  return z.string().refine((text) => text.length <= most && firstInvisible(text) === null, {
    error: `${what} of more than ${most} characters, or with characters that nobody can see`,
  });
}

/** The same for names that whoever writes the code or fills a folder may choose: they are made readable where they are shown. */
export function raw(what: string, most = 255) {
  return z
    .string()
    .refine((text) => text.length <= most, { error: `${what} of more than ${most} characters` });
}

export function list<Item extends z.ZodType>(what: string, most: number, item: Item) {
  return z.array(item).refine((all) => all.length <= most, { error: `more than ${most} ${what}` });
}

export function table<Value extends z.ZodType>(what: string, most: number, value: Value) {
  return z
    .record(raw(what), value)
    .refine((all) => Object.keys(all).length <= most, { error: `more than ${most} ${what}` });
}

/** What went beyond a limit, to continue "the host named"; null: the answer is wrong in another way. */
export function beyondLimit(issues: readonly z.core.$ZodIssue[]): string | null {
  for (const issue of issues) {
    if (issue.code === 'custom') return issue.message;
    const within = issue.code === 'invalid_union' ? beyondLimit(issue.errors.flat()) : null;
    if (within !== null) return within;
  }
  return null;
}
