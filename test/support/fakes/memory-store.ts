import type { Clock } from '../../../src/app/ports/outside.ts';
import type { RunStore } from '../../../src/app/ports/run-store.ts';
import { applyEvent, foldRun } from '../../../src/domain/lifecycle/fold.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import { isTerminal, type Run } from '../../../src/domain/run/run.ts';
import { HASH, SEAL } from './signer.ts';

export interface MemoryStore extends RunStore {
  /** Puts a run with its events into the store, as if it had happened. */
  put(run: Run, events: readonly RunEvent[]): void;
  /** Takes the seals away: the record is one that an older version began. */
  unseal(runId: string): void;
  /** The types of the run's events after its request. */
  types(runId: string): readonly string[];
  skipped: [slug: string, number: number][];
  /** Called before each write, so that a test can let someone else write first. */
  beforeAppend: (run: Run, events: readonly RunEvent[]) => Promise<void>;
}

/** The store in memory: compare-and-set on the number of events, and the domain's own fold. */
export function memoryStore(clock: Clock): MemoryStore {
  const lists = new Map<string, StoredEvent[]>();
  const sites = new Map<string, string>();
  const keys = new Map<string, string>();
  const due = new Map<string, string>();
  let counter = 0;
  const stored = (seq: number, event: RunEvent): StoredEvent => ({
    seq,
    at: clock.now(),
    hash: HASH,
    seal: SEAL,
    event,
  });
  const read = async (runId: string) => {
    await tick();
    const events = lists.get(runId);
    return events ? foldRun(runId, events) : null;
  };
  const store: MemoryStore = {
    skipped: [],
    beforeAppend: async () => undefined,
    async begin(site, slug, requestKey, first) {
      await tick();
      const known = keys.get(requestKey);
      const run = known === undefined ? null : await read(known);
      if (run !== null) return { kind: 'again', run };
      const holder = sites.get(site);
      if (holder !== undefined) return { kind: 'busy', runId: holder };
      counter += 1;
      const id = `${slug}-${counter}`;
      lists.set(id, [stored(0, first)]);
      sites.set(site, id);
      keys.set(requestKey, id);
      return { kind: 'begun', run: foldRun(id, [stored(0, first)]) };
    },
    read,
    events: async (runId) => lists.get(runId) ?? [],
    async adopt(run, events, instead) {
      if ((lists.get(run.id)?.length ?? 0) !== (instead?.revision ?? 0)) return false;
      if (sites.has(run.request.site)) return false;
      lists.set(run.id, [...events]);
      sites.set(run.request.site, run.id);
      return true;
    },
    async catchUp(run, lost) {
      const list = lists.get(run.id);
      if (list === undefined || list.length !== run.revision) return false;
      list.push(...lost);
      return true;
    },
    withTasksDue: async (now) => [...due].filter(([, at]) => at <= now).map(([id]) => id),
    async scheduleTasks(run, dueAt) {
      if (lists.get(run.id)?.length !== run.revision) return;
      if (dueAt === null) due.delete(run.id);
      else due.set(run.id, dueAt);
    },
    async append(run, ...events) {
      await tick();
      const entries = events.map((event, index) => stored(run.revision + index, event));
      const next = entries.reduce(applyEvent, run);
      await store.beforeAppend(run, events);
      const list = lists.get(run.id);
      if (list === undefined || list.length !== run.revision || list.at(-1)?.hash !== run.hash) return null;
      list.push(...entries);
      if (isTerminal(next.state)) due.set(run.id, '');
      if (isTerminal(next.state) && sites.get(run.request.site) === run.id) sites.delete(run.request.site);
      return next;
    },
    async setAside(runId) {
      for (const [site, holder] of sites) if (holder === runId) sites.delete(site);
      return lists.delete(runId);
    },
    skipNumbers: async (slug, number) => {
      store.skipped.push([slug, number]);
    },
    active: async () => [...sites.values()],
    recent: async (limit) => [...lists.keys()].reverse().slice(0, limit),
    recentOn: async (site, limit) =>
      [...lists.entries()]
        .filter(([id, events]) => foldRun(id, events).request.site === site)
        .map(([id]) => id)
        .reverse()
        .slice(0, limit),
    activeOn: async (site) => sites.get(site) ?? null,
    put(run, events) {
      lists.set(run.id, [
        stored(0, { type: 'requested', request: run.request }),
        ...events.map((event, index) => stored(index + 1, event)),
      ]);
      if (!isTerminal(run.state)) sites.set(run.request.site, run.id);
    },
    unseal(runId) {
      lists.set(
        runId,
        (lists.get(runId) ?? []).map(({ seq, at, hash, event }) => ({ seq, at, hash, event })),
      );
    },
    types: (runId) => (lists.get(runId) ?? []).slice(1).map(({ event }) => event.type),
  };
  return store;
}

/** Lets other tasks run, as a round trip to a server does. */
function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
