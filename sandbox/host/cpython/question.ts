import { z } from 'zod';

/** What the host's `python3` hands over to have a program run. */
export const pythonQuestion = z.object({
  /** Everything after the program's own name. */
  argv: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cwd: z.string(),
});

export type PythonQuestion = z.infer<typeof pythonQuestion>;
