import { z } from 'zod';
import type { Clock } from '../app/ports/outside.ts';
import type { RecordKeys } from '../app/ports/record-keys.ts';
import type { BeginResult, RunStore } from '../app/ports/run-store.ts';
import { applyEvent, foldRun } from '../domain/lifecycle/fold.ts';
import type { RunEvent, StoredEvent } from '../domain/run/event.ts';
import { isTerminal, type Run } from '../domain/run/run.ts';
import { chain, NO_HASH, type Place } from './audit.ts';
import { isRunId, RETENTION_SECONDS, type StoreKeys, storeKeys } from './keys.ts';
import type { RedisLink } from './redis.ts';
import { ADOPT, APPEND, BEGIN, OWE, SET_ASIDE } from './run-scripts.ts';
import { runScript } from './script.ts';
import { damaged, entryText, hashText, newOperation, parseEntries } from './stored-event.ts';

interface Context extends Pick<RunStoreOptions, 'clock' | 'recordKeys' | 'written'> {
  readonly link: RedisLink;
  readonly keys: StoreKeys;
}

export interface RunStoreOptions {
  readonly clock: Clock;
  /** Seal what is written, and check what is read. */
  readonly recordKeys: RecordKeys;
  /** Hears of every entry, once Redis has it: what is kept elsewhere shows if Redis loses its newest entries. */
  readonly written?: (runId: string, entry: StoredEvent) => void;
  readonly prefix?: string;
}

export function createRunStore(link: RedisLink, { prefix, ...options }: RunStoreOptions): RunStore {
  const context: Context = { ...options, link, keys: storeKeys(prefix) };
  const { keys } = context;
  return {
    begin: (site, slug, requestKey, first) => begin(context, site, slug, requestKey, first),
    read: (runId) => read(context, runId),
    events: (runId) => readEvents(context, runId),
    append: (run, ...events) => append(context, run, events),
    adopt: (run, events, instead) => adopt(context, run, events, instead),
    catchUp: async (run, lost) => (await write(context, run, lost)) !== null,
    setAside: async (runId, sites) => {
      const all = [
        keys.events(runId),
        keys.aside(runId),
        keys.active,
        keys.owing,
        ...sites.map((site) => keys.site(site)),
      ];
      return appendReply.parse(await runScript(link, SET_ASIDE, all, [runId])) === 1;
    },
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
  { link, keys, recordKeys }: Context,
  run: Run,
  events: readonly StoredEvent[],
  instead?: Run,
): Promise<boolean> {
  const operation = newOperation();
  const entries = events.map((entry) => entryText(operation, entry));
  parseEntries(run.id, entries, recordKeys);
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

const beginReply = z.tuple([z.enum(['begun', 'again', 'busy', 'next']), z.string()]);

/** More processes than these do not begin a run of one slug in the same moment. */
const MOST_TRIES = 20;

async function begin(
  context: Context,
  site: string,
  slug: string,
  requestKey: string,
  first: RunEvent,
): Promise<BeginResult> {
  // Check before writing anything: a record that can't be folded would hold the site for ever.
  if (first.type !== 'requested' || first.request.site !== site)
    throw new Error(`a run of ${site} begins with a request for it, not with ${first.type}`);
  const { link, keys, clock } = context;
  const operation = newOperation();
  const all = [
    keys.request(requestKey),
    keys.site(site),
    keys.counter(slug),
    keys.active,
    keys.recent,
    keys.begun,
    keys.recentOn(site),
  ];
  const at = clock.now();
  // The seal covers the run's id, and only Redis knows which one is next: it says so, and the second call has the entry.
  let entries: readonly StoredEvent[] = [];
  let [id, kind]: [string, string] = ['', 'next'];
  for (let tries = 0; kind === 'next' && tries < MOST_TRIES; tries += 1) {
    entries = id === '' ? [] : sealed(context, { run: id, previous: NO_HASH, seq: 0 }, at, [first]);
    const texts = entries.map((entry) => entryText(operation, entry));
    const words = [keys.runs, slug, operation.mark, RETENTION_SECONDS, id, ...texts];
    [kind, id] = beginReply.parse(await runScript(link, BEGIN, all, words));
  }
  if (kind === 'busy') return { kind, runId: id };
  if (kind === 'begun') return { kind, run: foldRun(id, heard(context, id, entries)) };
  if (kind !== 'again') throw new Error(`others begin runs of ${slug} all the time: try again`);
  const run = await read(context, id);
  if (run === null) throw new Error(`the record of ${id} is gone`);
  return { kind, run };
}

function sealed(
  { recordKeys }: Context,
  place: Place,
  at: string,
  events: readonly RunEvent[],
): readonly StoredEvent[] {
  return chain(place, at, events, recordKeys);
}

function heard({ written }: Context, runId: string, entries: readonly StoredEvent[]): readonly StoredEvent[] {
  for (const entry of entries) written?.(runId, entry);
  return entries;
}

async function read(context: Context, runId: string): Promise<Run | null> {
  const events = await readEvents(context, runId);
  if (events.length === 0) return null;
  try {
    return foldRun(runId, events);
  } catch (error) {
    // What is sealed we have written, this version or a newer one. Anything else may be nonsense.
    if (events[0]?.seal !== undefined) throw error;
    throw damaged(runId, error instanceof Error ? error.message : String(error));
  }
}

async function readEvents({ link, keys, recordKeys }: Context, runId: string) {
  // People type run ids. A text that can't be one has no events.
  if (!isRunId(runId)) return [];
  const texts = await link.run(() => link.redis.lrange(keys.events(runId), 0, -1));
  return parseEntries(runId, texts, recordKeys);
}

const appendReply = z.union([z.literal(0), z.literal(1)]);

async function append(context: Context, run: Run, events: readonly RunEvent[]): Promise<Run | null> {
  if (events.length === 0) return run;
  const place = { run: run.id, previous: run.hash, seq: run.revision };
  return write(context, run, sealed(context, place, context.clock.now(), events));
}

/** Adds entries if the record is still the one that `run` was read from. */
async function write(context: Context, run: Run, entries: readonly StoredEvent[]): Promise<Run | null> {
  const { link, keys } = context;
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
  if (appendReply.parse(reply) !== 1) return null;
  heard(context, run.id, entries);
  return next;
}
