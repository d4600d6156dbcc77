import { z } from 'zod';
import { CURES } from '../../domain/rehearsal/rehearsal.ts';
import { exact, list, said, table } from './limits.ts';
import { migration } from './parts.ts';

/** Answers of the parts of a rehearsal. */

export const leftRehearsal = z.object({
  why: said().nullable(),
  cure: z.enum(CURES).nullable(),
  failed: said(500).nullable(),
  ms: z.number().int(),
});

export const restoredAside = leftRehearsal.extend({
  migrations: list('migrations', 5000, migration).nullable(),
  rows: table('tables', 5000, z.number().int()).nullable(),
});

export const startedAside = leftRehearsal.extend({
  parts: list(
    'parts',
    2,
    z.object({ name: z.enum(['static', 'start']), ms: z.number().int(), failed: said(500).nullable() }),
  ),
  redis: z.boolean().nullable(),
  pages: list(
    'pages',
    10,
    z.object({
      path: exact('a path'),
      status: z.number().int().nullable(),
      ms: z.number().int(),
      failing: list('checks', 20, said(40)),
    }),
  ),
});
