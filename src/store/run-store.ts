import { z } from 'zod';
import type { Clock } from '../app/ports/outside.ts';
import type { BeginResult, RunStore } from '../app/ports/run-store.ts';
import { applyEvent, foldRun } from '../domain/lifecycle/fold.ts';
import type { RunEvent, StoredEvent } from '../domain/run/event.ts';
import { isTerminal, type Run } from '../domain/run/run.ts';
import { chain, NO_HASH } from './audit.ts';
import { isRunId, RETENTION_SECONDS, type StoreKeys, storeKeys } from './keys.ts';
import type { RedisLink } from './redis.ts';
import { ADOPT, APPEND, BEGIN, OWE } from './run-scripts.ts';
import { runScript } from './script.ts';
import { entryText, hashText, newOperation, parseEntries } from './stored-event.ts';

interface Context {
  readonly link: RedisLink;
  readonly clock: Clock;
  readonly keys: StoreKeys;
}

export interface RunStoreOptions {
  readonly clock: Clock;
  readonly prefix?: string;
}

export function createRunStore(link: RedisLink, { clock, prefix }: RunStoreOptions): RunStore {
  const context: Context = { link, clock, keys: storeKeys(prefix) };
  const { keys } = context;
  return {
    begin: (site, slug, requestKey, first) => begin(context, site, slug, requestKey, first),
    read: (runId) => read(context, runId),
    events: (runId) => readEvents(context, runId),
    append: (run, ...events) => append(context, run, events),
    adopt: (run, events, instead) => adopt(context, run, events, instead),
    catchUp: async (run, lost) => (await write(context, run, lost)) !== null,
    skipNumbers: async (slug, number) => {
      await runScript(link, RAISE, [keys.counter(slug)], [number]);
    },
    active: () => link.run(() => link.redis.smembers(keys.active)),
    recent: (limit) =>
      link.run(async () => (limit < 1 ? [] : link.redis.zrevrange(keys.recent, 0, limit - 1))),
    recentOn: (site, limit) =>
      link.run(async () => (limit < 1 ? [] : link.redis.zrevrange(keys.recentOn(site), 0, limit - 1))),
    activeOn: (site) => link.run(() => link.redis.get(keys.site(site))),
    withTasksDue: (now) => link.run(() => link.redis.zrangebyscore(keys.owing, 0, Date.parse(now))),
    scheduleTasks: async (run, dueAt) => {
      const due = dueAt === null ? '' : Date.parse(dueAt);
      await runScript(link, OWE, [keys.events(run.id), keys.owing], [run.revision, run.id, due]);
    },
  };
}

/** Only ever upwards, so sending it again does no harm. */
const RAISE = `
if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return 1
`;

/** Errors: throws if the chain of the entries does not hold. */
async function adopt(
  { link, keys }: Context,
  run: Run,
  events: readonly StoredEvent[],
  instead?: Run,
): Promise<boolean> {
  const operation = newOperation();
  const entries = events.map((entry) => entryText(operation, entry));
  parseEntries(run.id, entries);
  const [, slug = '', number = ''] = /^(.*)-(\d+)$/.exec(run.id) ?? [];
  const { site } = run.request;
  const all = [
    keys.events(run.id),
    keys.active,
    keys.site(site),
    keys.counter(slug),
    keys.recent,
    keys.begun,
    keys.recentOn(site),
    keys.aside(run.id),
    keys.owing,
  ];
  const words = [operation.mark, run.id, number, instead?.revision ?? 0, ...entries];
  return appendReply.parse(await runScript(link, ADOPT, all, words)) === 1;
}

const beginReply = z.tuple([z.enum(['begun', 'again', 'busy']), z.string()]);

async function begin(
  { link, clock, keys }: Context,
  site: string,
  slug: string,
  requestKey: string,
  first: RunEvent,
): Promise<BeginResult> {
  // Check before writing anything: a record that can't be folded would hold the site for ever.
  if (first.type !== 'requested' || first.request.site !== site)
    throw new Error(`a run of ${site} begins with a request for it, not with ${first.type}`);
  const operation = newOperation();
  const entries = chain(NO_HASH, 0, clock.now(), [first]);
  const reply = await runScript(
    link,
    BEGIN,
    [
      keys.request(requestKey),
      keys.site(site),
      keys.counter(slug),
      keys.active,
      keys.recent,
      keys.begun,
      keys.recentOn(site),
    ],
    [
      keys.runs,
      slug,
      operation.mark,
      RETENTION_SECONDS,
      ...entries.map((entry) => entryText(operation, entry)),
    ],
  );
  const [kind, runId] = beginReply.parse(reply);
  if (kind === 'busy') return { kind, runId };
  if (kind === 'begun') return { kind, run: foldRun(runId, entries) };
  const run = await read({ link, clock, keys }, runId);
  if (run === null) throw new Error(`the record of ${runId} is gone`);
  return { kind, run };
}

async function read(context: Context, runId: string): Promise<Run | null> {
  const events = await readEvents(context, runId);
  return events.length === 0 ? null : foldRun(runId, events);
}

async function readEvents({ link, keys }: Context, runId: string) {
  // People type run ids. A text that can't be one has no events.
  if (!isRunId(runId)) return [];
  return parseEntries(runId, await link.run(() => link.redis.lrange(keys.events(runId), 0, -1)));
}

const appendReply = z.union([z.literal(0), z.literal(1)]);

async function append(context: Context, run: Run, events: readonly RunEvent[]): Promise<Run | null> {
  if (events.length === 0) return run;
  return write(context, run, chain(run.hash, run.revision, context.clock.now(), events));
}

/** Adds entries if the record is still the one that `run` was read from. */
async function write(
  { link, keys }: Context,
  run: Run,
  entries: readonly StoredEvent[],
): Promise<Run | null> {
  const next = entries.reduce(applyEvent, run);
  const operation = newOperation();
  const reply = await runScript(
    link,
    APPEND,
    [keys.events(run.id), keys.active, keys.site(run.request.site), keys.messages(run.id), keys.owing],
    [
      run.revision,
      operation.mark,
      run.id,
      isTerminal(next.state) ? RETENTION_SECONDS : 0,
      hashText(run.hash),
      ...entries.map((entry) => entryText(operation, entry)),
    ],
  );
  return appendReply.parse(reply) === 1 ? next : null;
}
