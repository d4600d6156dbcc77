import type { HostSession, Hosts } from '../../../src/app/ports/host.ts';
import type { JournalLine, SwitchStatus } from '../../../src/app/ports/run-program.ts';
import type { ListedBackup } from '../../../src/domain/database/backup.ts';
import type { StartedAside } from '../../../src/domain/rehearsal/rehearsal.ts';
import { backup, disk, evidence, findings, review, survey, TARGET } from '../story/evidence.ts';
import { hostState } from '../story/run.ts';
import { T } from '../story/site.ts';

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
    reviewCommit: async (commit) => review({ commit }),
    prepareEnvironment: async () => ready.prepared ?? { problem: 'the story has no environment' },
    keptEnvironment: async () => ({ problem: 'the story has kept no environment' }),
    database: async () => ready.database,
    migrations: async (tree) =>
      tree.endsWith('/app')
        ? [disk('website.0001'), disk('website.0002'), disk('website.0003_split_lead_name')]
        : [disk('website.0001'), disk('website.0002')],
    tryStart: async () => ({ problem: null, listens: null }),
    keptForUndo: async () => ({ safetyBackups: [], environments: [] }),
    prune: async () => ({ safetyBackups: [], environments: [] }),
    listBackups: async (): Promise<readonly ListedBackup[]> => [backup()],
    readBackup: async () => backup(),
    countRows: async () => ({ tables: { website_lead: { rows: 14, exact: true } } }),
    restoreFacts: async () => ({
      server: { me: 'sum_acme', missing_roles: [], publications: [], tablespaces: [] },
      extensions: {},
      objects: [],
      taken: [],
    }),
    restoredObjects: async () => ({ wanted: 12, missing: [] }),
    stageRestore: async () => ready.restore ?? { problem: 'the story has no copy' },
    restoreAside: async () => ({ ...ASIDE, ms: 2_300, migrations: backup().migrations, rows: backup().rows }),
    startAside: async () => startedAside(),
    leaveRehearsal: async () => undefined,
    launch: async () => ({ kind: 'launched' }),
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
      unlikeFresh: null,
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
            otherArguments: false,
            otherVariables: [],
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

const ASIDE = { why: null, cure: null, failed: null } as const;

/** A target that runs aside as it should. */
export function startedAside(part: Partial<StartedAside> = {}): StartedAside {
  const page = (path: string) => ({ path, status: 200, ms: 12, failing: [] });
  return {
    ...ASIDE,
    ms: 1_700,
    parts: [
      { name: 'static', ms: 600, failed: null },
      { name: 'start', ms: 300, failed: null },
    ],
    redis: true,
    pages: ['/health/', '/', '/admin/login/'].map(page),
    ...part,
  };
}

/** Notes the name of each question before it is asked, and the offset of `follow`. */
export function recording(session: HostSession, calls: string[]): HostSession {
  return {
    ...session,
    survey: () => asked('survey', session.survey()),
    database: () => asked('database', session.database()),
    prune: (...args) => asked(`prune ${args[0]}`, session.prune(...args)),
    keptEnvironment: (question) => asked('keptEnvironment', session.keptEnvironment(question)),
    reviewCommit: (commit) => asked(`reviewCommit ${commit.slice(0, 8)}`, session.reviewCommit(commit)),
    prepareEnvironment: (...args) => asked('prepareEnvironment', session.prepareEnvironment(...args)),
    readBackup: (listed) => asked(`readBackup ${listed.name}`, session.readBackup(listed)),
    restoreAside: (...args) => asked(`restoreAside ${args[0].name}`, session.restoreAside(...args)),
    startAside: (...args) => asked('startAside', session.startAside(...args)),
    leaveRehearsal: (limits) => asked('leaveRehearsal', session.leaveRehearsal(limits)),
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
