import type { HostSession, Hosts } from '../../../src/app/ports/host.ts';
import type { PageCall, Pager } from '../../../src/app/ports/notify.ts';
import type { Clock, RecordFitness } from '../../../src/app/ports/outside.ts';
import type { People } from '../../../src/app/ports/people.ts';
import type { Records, RecordsOutcome } from '../../../src/app/ports/records.ts';
import type { JournalLine, SwitchStatus } from '../../../src/app/ports/run-program.ts';
import type { RunStore } from '../../../src/app/ports/run-store.ts';
import type { Inventory, SiteProbe } from '../../../src/app/ports/site.ts';
import type { Leases, Wakeups } from '../../../src/app/ports/workers.ts';
import type { Identity } from '../../../src/domain/approval/identity.ts';
import type { ListedBackup } from '../../../src/domain/database/backup.ts';
import { applyEvent, foldRun } from '../../../src/domain/lifecycle/fold.ts';
import type { Recording } from '../../../src/domain/records/recording.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import { isTerminal, type Run } from '../../../src/domain/run/run.ts';
import { type Site, siteKey } from '../../../src/domain/site/site.ts';
import {
  backup,
  disk,
  evidence,
  findings,
  goodChecks,
  healthy,
  hostState,
  survey,
  T,
  TARGET,
  unhealthy,
} from '../story/builders.ts';

/** A clock that only moves when a test moves it. */
export interface SetClock extends Clock {
  set(iso: string): void;
}

export function clockAt(iso: string): SetClock {
  let now = iso;
  return {
    now: () => now,
    set(next) {
      now = next;
    },
  };
}

export interface MemoryStore extends RunStore {
  /** Puts a run with its events into the store, as if it had happened. */
  put(run: Run, events: readonly RunEvent[]): void;
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
  const stored = (seq: number, event: RunEvent): StoredEvent => ({ seq, at: clock.now(), hash: '', event });
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
    types: (runId) => (lists.get(runId) ?? []).slice(1).map(({ event }) => event.type),
  };
  return store;
}

/** Lets other tasks run, as a round trip to a server does. */
function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const BLANK: Omit<Identity, 'id'> = {
  teamId: 'T01',
  name: 'somebody',
  deleted: false,
  bot: false,
  guest: false,
  stranger: false,
};

/** Everyone is a full member unless the test says otherwise. `null`: Slack does not answer. */
export function people(
  known: Readonly<Record<string, Partial<Identity> | null>> = {},
  groups: Readonly<Record<string, readonly string[] | null>> = {},
): People {
  return {
    ourTeam: 'T01',
    identity: async (id) => {
      const one = known[id];
      return one === null ? null : { id, ...BLANK, ...one };
    },
    groupMembers: async (id) => groups[id] ?? null,
  };
}

export { signer } from './signer.ts';

export interface CountedWakeups extends Wakeups {
  readonly advanced: [runId: string, delayMs: number | undefined][];
  readonly shown: string[];
  readonly told: string[];
}

export function wakeups(): CountedWakeups {
  const advanced: [string, number | undefined][] = [];
  const shown: string[] = [];
  const told: string[] = [];
  return {
    advanced,
    shown,
    told,
    tell: async (runId) => {
      told.push(runId);
    },
    advance: async (runId, delayMs) => {
      advanced.push([runId, delayMs]);
    },
    show: async (runId) => {
      shown.push(runId);
    },
  };
}

export function inventory(...sites: readonly Site[]): Inventory {
  return { sites, byKey: (key) => sites.find((site) => siteKey(site) === key) };
}

/** Remembers the leases that were taken. Refuses each one if someone else has it. */
export function leases(takenBySomeoneElse = false): Leases & { readonly held: Set<string> } {
  const held = new Set<string>();
  return {
    held,
    take: async (runId) => {
      if (takenBySomeoneElse) return false;
      held.add(runId);
      return true;
    },
    release: async (runId) => {
      held.delete(runId);
    },
  };
}

export const probe: SiteProbe = {
  health: async () => unhealthy,
  smokeTests: async () => ({
    checks: goodChecks.filter((check) => check.name !== 'code'),
    health: unhealthy,
  }),
};

/** Accepts and remembers every call. */
export function pager(): Pager & { readonly calls: readonly PageCall[] } {
  const calls: PageCall[] = [];
  return {
    calls,
    page: async (_url, call) => {
      calls.push(call);
      return null;
    },
  };
}

/** Remembers every record. Each write gets the next of `outcomes`, and the last one again and again. */
export function records(
  ...outcomes: readonly RecordsOutcome[]
): Records & { readonly written: readonly Recording[] } {
  const written: Recording[] = [];
  return {
    written,
    matrix: async () => ({ kind: 'none' }),
    write: async (recording) => {
      written.push(recording);
      return outcomes[written.length - 1] ?? outcomes.at(-1) ?? { kind: 'none' };
    },
  };
}

/** A log for tests in which nothing may be logged as an error. */
export function noTrouble(trouble: unknown): never {
  throw trouble;
}

export const fitRecord: RecordFitness = { problems: async () => [], mayBeUnfit: false };

export const healthyProbe: SiteProbe = {
  health: async () => healthy,
  smokeTests: async (...args) => ({ ...(await probe.smokeTests(...args)), health: healthy }),
};

/** One answer of `follow`: lines, then the status. Or the connection breaks with an error. */
export interface Look {
  readonly lines?: readonly JournalLine[];
  readonly status: SwitchStatus | Error;
}

export interface ScriptedHost {
  readonly hosts: Hosts;
  /** Every question to the host, in order. */
  readonly calls: string[];
  readonly open: () => number;
}

/**
 * A host that answers from data. Its answers to the preflight lead to a full rollback; a test can replace single ones. Each
 * `follow` takes the next entry of `looks`.
 */
export function scriptedHost(
  answers: Partial<HostSession> & { readonly connect?: () => Promise<void> } = {},
  looks: readonly Look[] = [],
): ScriptedHost {
  const calls: string[] = [];
  const rest = [...looks];
  let open = 0;
  const ready = evidence('full');
  const base: HostSession = {
    hostKey: ready.hostKey,
    survey: async () => survey(),
    resolveVersion: async () => findings({ localTag: TARGET, originTag: TARGET }),
    describeCommit: async (commit) => findings().commits[commit] ?? null,
    prepareEnvironment: async () => ready.prepared ?? { problem: 'the story has no environment' },
    keptEnvironment: async () => ({ problem: 'the story has kept no environment' }),
    database: async () => ready.database,
    migrations: async (tree) =>
      tree.endsWith('/app')
        ? [disk('website.0001'), disk('website.0002'), disk('website.0003_split_lead_name')]
        : [disk('website.0001'), disk('website.0002')],
    startProblem: async () => null,
    keptForUndo: async () => ({ safetyBackups: [], environments: [] }),
    prune: async () => ({ safetyBackups: [], environments: [] }),
    listBackups: async (): Promise<readonly ListedBackup[]> => [backup()],
    readBackup: async () => backup(),
    countRows: async () => ({ tables: { website_lead: { rows: 14, exact: true } } }),
    stageRestore: async () => ready.restore ?? { problem: 'the story has no copy' },
    launch: async () => 'launched',
    keepRecord: async () => undefined,
    markRecorded: async () => undefined,
    quarantine: async () => undefined,
    liftQuarantine: async () => undefined,
    lostRecords: async () => [],
    voidAttempt: async () => undefined,
    cancel: async () => undefined,
    follow: async (_run, { offset }, onLine) => {
      const look = rest.shift();
      if (look === undefined) throw new Error('nobody should follow the journal again');
      for (const line of look.lines ?? []) onLine(line);
      if (look.status instanceof Error) throw look.status;
      return { status: look.status, offset: offset + (look.lines ?? []).length };
    },
    logTail: async () => 'the end of the log',
    currentState: async () => hostState(),
    running: async () => ({
      head: TARGET,
      dirty: false,
      venv: ready.prepared?.venv ?? '',
      environment: ready.prepared?.venv ?? null,
      installed: ready.prepared?.installed ?? {},
      units: [
        {
          name: 'sum-acme-kitchens-gunicorn.service',
          active: 'active',
          sub: 'running',
          steady: true,
          process: {
            cwd: '/srv/sum/acme-kitchens/app',
            startedAt: Date.parse(T.expires) / 1000,
            program: null,
          },
        },
      ],
    }),
    journal: async () => ({ readAt: Date.parse(T.expires) / 1000, lines: [] }),
    close: () => {
      open -= 1;
    },
  };
  return {
    calls,
    open: () => open,
    hosts: {
      connect: async () => {
        calls.push('connect');
        await answers.connect?.();
        open += 1;
        return recording({ ...base, ...answers, hostKey: answers.hostKey ?? base.hostKey }, calls);
      },
    },
  };
}

/** Notes the name of each question before it is asked, and the offset of `follow`. */
function recording(session: HostSession, calls: string[]): HostSession {
  return {
    ...session,
    survey: () => asked('survey', session.survey()),
    database: () => asked('database', session.database()),
    prune: (...args) => asked(`prune ${args[0]}`, session.prune(...args)),
    keptEnvironment: (question) => asked('keptEnvironment', session.keptEnvironment(question)),
    prepareEnvironment: (...args) => asked('prepareEnvironment', session.prepareEnvironment(...args)),
    readBackup: (listed) => asked(`readBackup ${listed.name}`, session.readBackup(listed)),
    stageRestore: (...args) => asked(`stageRestore ${args[0]}`, session.stageRestore(...args)),
    launch: (...args) => asked('launch', session.launch(...args)),
    keepRecord: (...args) => asked('keepRecord', session.keepRecord(...args)),
    markRecorded: (run) => asked('markRecorded', session.markRecorded(run)),
    quarantine: (...args) => asked(`quarantine ${args[2].join(' ')}`, session.quarantine(...args)),
    liftQuarantine: (run) => asked('liftQuarantine', session.liftQuarantine(run)),
    cancel: (attempt) => asked('cancel', session.cancel(attempt)),
    voidAttempt: (attempt) => asked('voidAttempt', session.voidAttempt(attempt)),
    follow: (...args) => asked(`follow ${args[1].offset}`, session.follow(...args)),
    running: (question) => asked('proof', session.running(question)),
    journal: (...args) => asked(`journal ${args[1]}`, session.journal(...args)),
  };
  function asked<Answer>(name: string, answer: Answer): Answer {
    calls.push(name);
    return answer;
  }
}

export function line(
  kind: JournalLine['kind'],
  name: string,
  code = 0,
  at: string = T.switched,
): JournalLine {
  return { at, kind, name, code };
}

/** Two lines: a step that began and succeeded. */
export function lines(...names: readonly string[]): JournalLine[] {
  return names.flatMap((name) => [line('begin', name), line('end', name)]);
}
