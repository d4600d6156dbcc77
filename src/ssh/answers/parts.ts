import { z } from 'zod';
import type { Hint } from '../../domain/host/hints.ts';
import { exact, list, raw, said } from './limits.ts';

/** What several answers have. */

export const commit = z.string().regex(/^[0-9a-f]{40}$/);

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Git's and Python's times may have an offset. Empty: nothing is known. */
export const time = z.union([z.iso.datetime({ offset: true }), z.literal('')]);

export const commitInfo = z.object({
  commit,
  subject: said(200),
  committedAt: time,
  pin: raw('a version').nullable(),
  tags: list('tags of one commit', 200, raw('a tag')),
});

export const migration = z.object({ app: raw('an app'), name: raw('a migration') });

/** systemd's own characters. */
export const unit = z.string().refine((name) => /^[A-Za-z0-9:_.@\\-]{1,255}$/.test(name), {
  error: 'a unit that systemd would not take',
});

/** A state or a result, in systemd's word. */
export const word = said(60);

export const path = exact('a path', 1000);

export const installed = <Value extends z.ZodType>(value: Value) =>
  z
    .record(raw('a package'), value)
    .refine((all) => Object.keys(all).length <= 500, { error: 'more than 500 packages' });

/** Only which of the bot's own sentences fits, and the values in it. */
const hint: z.ZodType<Hint> = z.union([
  z.object({ kind: z.literal('git-status'), folder: path }),
  z.object({ kind: z.enum(['line-ends', 'git-lfs', 'stray-submodule']) }),
  z.object({ kind: z.literal('filter'), program: z.string().regex(/^[\w.+-]{1,60}$/) }),
  z.object({ kind: z.literal('own-repository'), folder: path, path }),
  z.object({ kind: z.literal('no-repository'), module: path, url: path.nullable() }),
  z.object({ kind: z.literal('no-commit'), module: path, commit }),
]);

export const problem = z.object({
  problem: said(500),
  detail: said(2000).optional(),
  hint: hint.optional(),
  code: z
    .enum(['cause-elsewhere', 'disk-space', 'undo-not-kept', 'undo-overtaken', 'lock-held', 'tools-missing'])
    .optional(),
});

export function orProblem<T extends z.ZodType>(schema: T) {
  return z.union([schema, problem]);
}
