import { z } from 'zod';
import type { ReadinessReport, ReadinessStore } from '../app/ports/readiness.ts';
import { type FindingCode, type SiteReadiness, SUBJECTS } from '../domain/readiness/findings.ts';
import { REASON_CODES } from '../domain/refusal.ts';
import type { Rehearsed } from '../domain/rehearsal/rehearsal.ts';
import { RETENTION_SECONDS, storeKeys } from './keys.ts';
import type { RedisLink } from './redis.ts';
import { runScript } from './script.ts';

const WRITE = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
`;

const subject = z.enum(SUBJECTS);
const code: z.ZodType<FindingCode> = z.enum([...REASON_CODES, 'approvers-missing', 'backup-old']);
const finding = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('good'), subject, sentence: z.string() }),
  z.object({
    kind: z.enum(['bad', 'cannot-tell']),
    subject,
    code,
    sentence: z.string(),
    next: z.string(),
  }),
]);
const rehearsed: z.ZodType<Rehearsed> = z.object({
  version: z.string().nullable(),
  backup: z.string(),
  restoreMs: z.number(),
  startMs: z.number().nullable(),
});
const look = z.object({
  lookedAt: z.iso.datetime(),
  findings: z.array(finding),
  rehearsed: rehearsed.exactOptional(),
}) satisfies z.ZodType<SiteReadiness>;
const report: z.ZodType<ReadinessReport> = z.object({
  askedAt: z.iso.datetime(),
  approvers: z.array(finding),
  told: z.array(z.object({ subject, code })),
});

/** The newest readiness check of each site, one hash per site. Errors: throws the link's sentence. */
export function createReadinessStore(
  link: RedisLink,
  options: { readonly prefix?: string } = {},
): ReadinessStore {
  const keys = storeKeys(options.prefix);
  const read = async <T>(site: string, field: string, schema: z.ZodType<T>): Promise<T | null> => {
    const text = await link.run(() => link.redis.hget(keys.readiness(site), field));
    // If another version of the bot wrote it in another shape, it counts as no check. The next night writes it again.
    return text === null ? null : (schema.safeParse(JSON.parse(text)).data ?? null);
  };
  const write = async (site: string, field: string, value: unknown) => {
    await runScript(link, WRITE, [keys.readiness(site)], [field, JSON.stringify(value), RETENTION_SECONDS]);
  };
  return {
    look: (site) => read(site, 'look', look),
    report: (site) => read(site, 'report', report),
    writeLook: (site, value) => write(site, 'look', value),
    writeReport: (site, value) => write(site, 'report', value),
  };
}
