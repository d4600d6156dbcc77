import type { z } from 'zod';

/** What comes back with a button or a view of ours; null where another version of the bot made it. */
export function readPayload<Value>(schema: z.ZodType<Value>, text: string | undefined): Value | null {
  return schema.safeParse(parsed(text ?? '')).data ?? null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
