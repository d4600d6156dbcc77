import { ApiError } from './api-error.ts';
import { type JsonObject, parseJson } from './json.ts';

/** Reads the arguments of a Web API call. A form sends every value as text, JSON sends it as it is. */

export const textArgument = (args: JsonObject, name: string): string | undefined => {
  const value = args[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new ApiError('invalid_arguments', [`[ERROR] must provide a string [json-pointer:/${name}]`]);
};

export const neededArgument = (args: JsonObject, name: string): string => {
  const value = textArgument(args, name);
  if (value === undefined)
    throw new ApiError('invalid_arguments', [`[ERROR] missing required field: ${name}`]);
  return value;
};

export const flagArgument = (args: JsonObject, name: string): boolean =>
  args[name] === true || args[name] === 'true' || args[name] === '1';

/** A structured argument: JSON in a form field, or the value itself in a JSON body. */
export const jsonArgument = (args: JsonObject, name: string, code: string): unknown => {
  const value = args[name];
  if (typeof value !== 'string') return value;
  if (value === '') return undefined;
  const parsed = parseJson(value);
  if (parsed === undefined) throw new ApiError(code);
  return parsed.value;
};
