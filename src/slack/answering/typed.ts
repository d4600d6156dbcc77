import { z } from 'zod';
import { CODE } from '../render/blocks/code-input.ts';
import { REASON } from '../render/blocks/reason.ts';

const field = z.object({ value: z.object({ value: z.string().nullish() }) });

/**
 * What stands in the line beside Approve and Deny: Slack sends the values of all fields of a message or a view with the press.
 * undefined: nothing, or a message of an older version, which has no such line.
 */
export function typedReason(state: unknown): string | undefined {
  return valueIn(state, REASON) ?? undefined;
}

/** The code that was typed; undefined: the view asks for none. */
export function typedCode(state: unknown): string | undefined {
  const value = valueIn(state, CODE);
  return value === undefined ? undefined : (value ?? '');
}

/** null: nothing was typed; undefined: there is no such field. */
function valueIn(state: unknown, block: string): string | null | undefined {
  const found = z.record(z.string(), z.unknown()).safeParse(state).data?.[block];
  const read = field.safeParse(found).data;
  return read === undefined ? undefined : (read.value.value ?? null);
}
