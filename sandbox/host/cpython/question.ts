import { z } from 'zod';

/** What the host's `python3` sends to have a program run. */
export const pythonQuestion = z.object({
  /** The arguments, without the name of the program. */
  argv: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cwd: z.string(),
});

export type PythonQuestion = z.infer<typeof pythonQuestion>;
