import { z } from 'zod';
import { parseDuration } from './duration.ts';

/** Values that several parts of the configuration have. Every `error` is the text that a person reads after `should be`. */

/** No part is `.`, `..` or empty, and no character means anything to a shell. */
const ABSOLUTE_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+$/;

/** In lower case, with or without dots. */
export const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

export const channel = text(/^[CG][A-Z0-9]{2,}$/, 'a Slack channel id (C…)');
const person = text(/^[UWS][A-Z0-9]{2,}$/, 'a Slack user id (U…) or user group id (S…)');
export const people = z.array(person, { error: 'a list of Slack user ids (U…) or user group ids (S…)' });
export const readers = z.union([z.literal('members'), z.array(person)], {
  error: 'the word members, or a list of Slack user ids (U…) or user group ids (S…)',
});

export const absolutePath = text(
  ABSOLUTE_PATH,
  'an absolute path of letters, digits and . _ - without .. and without a slash at the end',
);

export const httpAddress = z
  .string({ error: 'an http or https address' })
  .refine((value) => /^https?:\/\/\S+$/.test(value) && URL.canParse(value), {
    error: 'an http or https address',
  });

/** An object in which an unknown key is an error. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'invalid_type' ? 'a mapping with keys' : undefined),
  });
}

export function text(pattern: RegExp, expectation: string) {
  return z.string({ error: expectation }).regex(pattern, { error: expectation });
}

export function wholeNumber(min: number, max: number, expectation: string) {
  return z.int({ error: expectation }).min(min, { error: expectation }).max(max, { error: expectation });
}

/** `units`: those in which people may write it. */
export function duration(units: string, minMs: number, maxMs: number, expectation: string) {
  return text(new RegExp(`^\\d{1,6}[${units}]$`), expectation).refine(
    (value) => {
      const ms = parseDuration(value) ?? 0;
      return ms >= minMs && ms <= maxMs;
    },
    { error: expectation },
  );
}

/** How often something is repeated. */
export const interval = duration('smh', 10_000, 3_600_000, 'a duration from 10s to 1h, such as 90s or 5m');
