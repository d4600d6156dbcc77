import * as probes from '../../../src/remote/probes.ts';
import type { Session } from '../../../src/ssh/transport/session.ts';
import { backup, disk, review, survey, TARGET } from '../story/evidence.ts';
import { site, T } from '../story/site.ts';
import { startedAside } from './scripted-host.ts';

const { root } = site();
const VENV = `${root}/.rollback-bot/venvs/${TARGET}`;
const TREE = `${root}/.rollback-bot/trees/${TARGET}`;
const HASH = 'b'.repeat(64);

const BOUNDS = { within: 0, keepFree: 0, wait: 0 };

/** Each probe by the program that runs it, whatever its parameters are. */
const PROGRAMS = {
  survey: probes.surveyCommand({ root, slug: '', scripts: [] }),
  services: probes.servicesCommand({ root, slug: '', domain: '' }),
  resolveVersion: probes.resolveVersionCommand({ root, version: '', fetch: true }),
  prepareEnvironment: probes.prepareEnvironmentCommand({ root, commit: '', executables: [] }),
  migrations: probes.migrationsCommand({ root, tree: '', venv: '', settings: null }),
  startCheck: probes.startCheckCommand({
    root,
    tree: '',
    venv: '',
    settings: null,
    application: { program: [''], name: '' },
    unit: '',
  }),
  reviewCommit: probes.reviewCommitCommand({ root, commit: '' }),
  database: probes.databaseCommand({ root }),
  backups: probes.backupsCommand({ root }),
  readBackup: probes.readBackupCommand({ root, path: '', maxBytes: 0 }),
  countRows: probes.countRowsCommand({ root, seconds: 0 }),
  restoreFacts: probes.restoreFactsCommand({ root, run: '', leftAlone: [], roles: [], extensions: [] }),
  stageRestore: probes.stageRestoreCommand({
    root,
    run: '',
    path: '',
    sha256: '',
    leftAlone: [],
    server: { me: '', missing_roles: [], publications: [], tablespaces: [] },
  }),
  restoreAside: probes.restoreAsideCommand({
    ...BOUNDS,
    root,
    site: '',
    backup: { path: '', sha256: '' },
    leftAlone: [],
    roles: [],
    extensions: [],
  }),
  startAside: probes.startAsideCommand({
    ...BOUNDS,
    root,
    domain: '',
    unit: '',
    settings: null,
    tree: '',
    venv: '',
    pages: [],
  }),
  leaveRehearsal: probes.leaveRehearsalCommand({ ...BOUNDS, root }),
  journal: probes.journalCommand({ root, units: [], since: 0 }),
} as const satisfies Readonly<Record<string, string>>;

export type Probe = keyof typeof PROGRAMS;

/** What the probes print on a host that is as the story has it: a full rollback is planned there. */
export const HONEST: Readonly<Record<Probe, unknown>> = {
  survey: survey(),
  services: survey(),
  resolveVersion: {
    commit: null,
    localTag: TARGET,
    originTag: TARGET,
    beginning: [],
    branch: null,
    originReached: true,
    reflogMatches: [],
    branchMatches: [],
    unread: [],
    unreadCount: 0,
    known: ['v0.5.0'],
    commits: { [TARGET]: { ...survey().live, commit: TARGET, pin: 'v0.5.0', tags: ['v0.5.0'] } },
  },
  prepareEnvironment: {
    tree: TREE,
    venv: VENV,
    reused: false,
    confined: true,
    freeBytes: 19 * 1024 ** 3,
    installed: { gunicorn: '22.0.0' },
  },
  reviewCommit: review({ commit: TARGET }),
  migrations: [disk('website.0001'), disk('website.0002')],
  startCheck: { problem: null, listens: null },
  database: {
    name: 'sum_acme',
    host: '127.0.0.1',
    port: 5432,
    role: 'sum_acme',
    oid: '16400',
    sizeBytes: 9_000_000,
    mayCreate: true,
    serverVersion: '15.8',
    foreignExtensions: [],
    leftAlone: [],
    foreignObjects: [],
    unreadable: [],
    neighbours: [],
    pooler: null,
    applied: ['0001', '0002'].map((name) => ({ app: 'website', name, appliedAt: '2026-01-01T00:00:00Z' })),
  },
  backups: [{ ...backup(), named: T.backup, isUtc: true, modified: T.backup }],
  readBackup: {
    ...backup(),
    unjudged: false,
    roles: [],
    extensions: [],
    needs: [],
    objects: [],
    takenFrom: 15,
  },
  countRows: { tables: { website_lead: { rows: 14, exact: true } } },
  restoreFacts: {
    server: { me: 'sum_acme', missing_roles: [], publications: [], tablespaces: [] },
    extensions: {},
    objects: [],
    taken: [],
  },
  stageRestore: {
    path: `${root}/.rollback-bot/runs/acme-kitchens-7/restore.sql.gz`,
    sha256: HASH,
    leftOut: [],
  },
  restoreAside: {
    why: null,
    cure: null,
    failed: null,
    ms: 2_300,
    migrations: backup().migrations,
    rows: backup().rows,
  },
  startAside: startedAside(),
  leaveRehearsal: { why: null, cure: null, failed: null, ms: 100 },
  journal: { readAt: Date.parse(T.requested) / 1000, lines: [] },
};

/** The command line without the parameters, which come last. */
function programIn(command: string): string {
  return command.slice(0, command.lastIndexOf(` '{"root"`));
}

/** Looked for in each command. */
const NEEDLES = (Object.keys(PROGRAMS) as Probe[]).map(
  (probe) => [probe, programIn(PROGRAMS[probe])] as const,
);

/** A connection to a host on which each probe prints what a test says, however wrong that is. */
export function answeringSession(answers: Partial<Record<Probe, unknown>>): Session {
  const all = { ...HONEST, ...answers };
  return {
    hostKey: 'SHA256:hostkey',
    closed: false,
    close: () => undefined,
    run: async ({ command }) => {
      const [probe] = NEEDLES.find(([, program]) => command.includes(program)) ?? [];
      if (probe === undefined) throw new Error('no probe has this program');
      const said = JSON.stringify(all[probe]);
      const stdout = `\n\u001erollback-bot\u001e\n\n${said}\n\n\u001eended 0\u001e\n`;
      return { kind: 'exited', code: 0, stdout, stderr: '', truncated: false };
    },
  };
}
