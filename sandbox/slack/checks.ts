import { isObject, type JsonObject, optionalString, stringOf } from './json.ts';

/** Reports one problem of a payload, in the words of Slack's response_metadata.messages. */
export type Report = (problem: string, pointer: string) => void;

/** Checks one value and reports what Slack would refuse. */
export type Check = (value: unknown, pointer: string, report: Report) => void;

/** A property of an object: its check, and whether it is required. */
export interface Property {
  readonly check: Check;
  readonly required: boolean;
}

export const required = (check: Check): Property => ({ check, required: true });
export const optional = (check: Check): Property => ({ check, required: false });

/** Runs a check. Returns Slack's messages, each with the JSON pointer of the wrong value. */
export const problemsOf = (check: Check, value: unknown, pointer: string): readonly string[] => {
  const problems: string[] = [];
  check(value, pointer, (problem, where) => problems.push(`[ERROR] ${problem} [json-pointer:${where}]`));
  return problems;
};

export const string =
  (max: number, min = 0): Check =>
  (value, pointer, report) => {
    if (typeof value !== 'string') return report('must provide a string', pointer);
    if (value.length < min) report(`must be more than ${min - 1} characters`, pointer);
    if (value.length > max) report(`must be less than ${max + 1} characters`, pointer);
  };

export const boolean: Check = (value, pointer, report) => {
  if (typeof value !== 'boolean') report('must provide a boolean', pointer);
};

export const integer =
  (min: number, max: number): Check =>
  (value, pointer, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value))
      return report('must provide an integer', pointer);
    if (value < min) report(`must be greater than or equal to ${min}`, pointer);
    if (value > max) report(`must be less than or equal to ${max}`, pointer);
  };

export const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value, pointer, report) => {
    if (!allowed.includes(value)) report(`must be one of: ${allowed.join(', ')}`, pointer);
  };

export const listOf =
  (item: Check, max: number, min = 1): Check =>
  (value, pointer, report) => {
    if (!Array.isArray(value)) return report('must provide an array', pointer);
    if (value.length < min) report(`no less than ${min} items required`, pointer);
    if (value.length > max) report(`no more than ${max} items allowed`, pointer);
    for (const [index, entry] of value.entries()) item(entry, `${pointer}/${index}`, report);
  };

/** An object with only these properties. Slack refuses others too, such as a misspelt key. */
export const object =
  (properties: Readonly<Record<string, Property>>, ...rules: readonly Rule[]): Check =>
  (value, pointer, report) => {
    if (!isObject(value)) return report('must provide an object', pointer);
    for (const [key, property] of Object.entries(properties)) {
      if (value[key] !== undefined) property.check(value[key], `${pointer}/${key}`, report);
      else if (property.required) report(`missing required field: ${key}`, pointer);
    }
    for (const key of Object.keys(value)) {
      if (properties[key] === undefined) report(`invalid additional property: ${key}`, pointer);
    }
    for (const rule of rules) rule(value, pointer, report);
  };

/** A rule about an object as a whole. It runs after the checks of the properties. */
export type Rule = (value: JsonObject, pointer: string, report: Report) => void;

/** Chooses the check by the object's `type`. An unknown one is Slack's "unsupported type". */
export const byType =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, pointer, report) => {
    if (!isObject(value)) return report('must provide an object', pointer);
    const type = value['type'];
    if (type === undefined) return report('missing required field: type', pointer);
    const check = typeof type === 'string' && Object.hasOwn(checks, type) ? checks[type] : undefined;
    if (check === undefined) return report(`unsupported type: ${stringOf(type)}`, `${pointer}/type`);
    check(value, pointer, report);
  };

export const unique =
  (list: string, key: string): Rule =>
  (value, pointer, report) => {
    const entries = value[list];
    if (Array.isArray(entries)) reportDuplicates(entries, key, `${pointer}/${list}`, report);
  };

export const reportDuplicates = (
  entries: readonly unknown[],
  key: string,
  pointer: string,
  report: Report,
): void => {
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const id = isObject(entry) ? optionalString(entry, key) : undefined;
    if (id === undefined) continue;
    if (seen.has(id)) report(`${key} already exists: ${id}`, `${pointer}/${index}/${key}`);
    seen.add(id);
  }
};
