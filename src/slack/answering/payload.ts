import type { z } from 'zod';

/** What one of our buttons or views carries; null if another version of the bot made it. */
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
