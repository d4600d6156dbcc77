import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { ConfigFinding } from './document.ts';
import { configurationSchema } from './schema.ts';
import { DEFAULT_ENVIRONMENT } from './sites.ts';

/** What the schema has against `value`, in words that a person can act on. */
export function schemaFindings(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
): readonly ConfigFinding[] {
  return issues.flatMap((issue) => issueFindings(issue, value));
}

function issueFindings(issue: z.core.$ZodIssue, value: unknown): readonly ConfigFinding[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(configurationSchema, issue.path);
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: unknownKey(key, known) }));
  }
  const inner = issue.code === 'invalid_union' ? innerIssues(issue) : null;
  if (inner !== null) return schemaFindings(inner, value);
  const expectation = `should be ${issue.message}`;
  const missing = valueAt(value, issue.path) === undefined;
  return [{ path: issue.path, message: missing ? `is missing; it ${expectation}` : expectation }];
}

/** If the value has the shape of one of several, what is wrong inside it; null: it has none of the shapes. */
function innerIssues({ path, errors }: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | null {
  const inside = errors.find((all) =>
    all.every((one) => one.path.length > 0 || one.code === 'unrecognized_keys'),
  );
  return inside?.map((one) => ({ ...one, path: [...path, ...one.path] })) ?? null;
}

function unknownKey(key: string, known: readonly string[]): string {
  const nearest = closest(key, known);
  // If half of the letters differ, it is another word and not a typo.
  return distance(key, nearest) <= Math.max(2, key.length / 2)
    ? `is not a known key; did you mean ${nearest}?`
    : `is not a known key; the keys here are ${known.join(', ')}`;
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let here: unknown = schema;
  for (const part of path) {
    const inner = unwrapped(here);
    if (inner instanceof z.ZodObject) here = inner.shape[String(part)];
    else if (inner instanceof z.ZodArray) here = inner.element;
  }
  const last = unwrapped(here);
  const object = last instanceof z.ZodUnion ? last.options.find((one) => one instanceof z.ZodObject) : last;
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}

/**
 * The keys that a site needs but may take from `defaults` or its environment. Works on the raw value, so that these problems
 * come together with all others.
 */
export function missingKeys(value: unknown): readonly ConfigFinding[] {
  const sites = valueAt(value, ['sites']);
  if (!Array.isArray(sites)) return [];
  return sites.flatMap((_, index) => {
    const site = ['sites', index] as const;
    const layers = layersOf(value, site);
    return REQUIRED.filter((one) => !('within' in one) || isThere(value, layers, one.within))
      .filter(({ key }) => canHold(value, [...site, ...key]))
      .filter(({ key }) => !isThere(value, layers, key))
      .map(({ key, expectation }) => ({
        path: [...site, ...key],
        message: `is missing; it should be ${expectation}`,
      }));
  });
}

/** Where a key of this site can stand: at the site, in its environment, in `defaults`. */
function layersOf(value: unknown, site: readonly PropertyKey[]): readonly (readonly PropertyKey[])[] {
  const named = valueAt(value, [...site, 'environment']) ?? valueAt(value, ['defaults', 'environment']);
  const environment = typeof named === 'string' ? named : DEFAULT_ENVIRONMENT;
  return [site, ['environments', environment], ['defaults']];
}

function isThere(
  value: unknown,
  layers: readonly (readonly PropertyKey[])[],
  key: readonly PropertyKey[],
): boolean {
  return layers.some((at) => valueAt(value, [...at, ...key]) !== undefined);
}

/** False if something other than a mapping stands in the way: that is one problem already. */
function canHold(value: unknown, path: readonly PropertyKey[]): boolean {
  return path.every((_, length) => {
    const around = valueAt(value, path.slice(0, length));
    return around === undefined || (typeof around === 'object' && around !== null);
  });
}

const REQUIRED = [
  { key: ['domain'], expectation: 'a host name in lower case, such as acme-kitchens.example' },
  { key: ['host', 'address'], expectation: 'a host name or an IP address' },
  { key: ['stakeholders', 'channel'], expectation: 'a Slack channel id (C…)', within: ['stakeholders'] },
] as const;

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = Reflect.get(here, part);
  }
  return here;
}
