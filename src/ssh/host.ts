import { z } from 'zod';
import { HostError, type HostSession, type Hosts, type InspectedHosts } from '../app/ports/host.ts';
import type { HostAddress, Site } from '../domain/site/site.ts';
import { hostText, hostValue } from '../domain/text/host-text.ts';
import { backupPath } from '../remote/paths.ts';
import {
  backupsCommand,
  countRowsCommand,
  databaseCommand,
  journalCommand,
  keptEnvironmentCommand,
  logTailCommand,
  lostRecordsCommand,
  migrationsCommand,
  originCommand,
  prepareEnvironmentCommand,
  readBackupCommand,
  resolveVersionCommand,
  retentionCommand,
  runningCommand,
  stageRestoreCommand,
  startCheckCommand,
  surveyCommand,
} from '../remote/probes.ts';
import { liftQuarantineCommand, quarantineCommand } from '../remote/quarantine.ts';
import {
  cancelCommand,
  keepRecordCommand,
  launchCommand,
  placeCommand,
  recordedCommand,
  stateCommand,
  voidCommand,
} from '../remote/run-commands.ts';
import * as answers from './answers.ts';
import { followRun } from './follow.ts';
import { parseHostState } from './host-state.ts';
import {
  ConnectError,
  type Credentials,
  type Outcome,
  openSession,
  type Session,
} from './transport/session.ts';

const CONNECT_MS = 15_000;
const QUICK_MS = 60_000;
/** A pip installation from the network, and reading gigabytes of backup, may take this long with the site still up. */
const SLOW_MS = 20 * 60_000;
/** A backup that unpacks to more than this is not read to its end. */
const LARGEST_DUMP = 200 * 1024 ** 3;
/** Nobody waits longer than this for numbers, with the site down or broken. */
const COUNT_SECONDS = 20;
/** How much of the log's end is stored, in characters. */
const LOG_TAIL = 6_000;
/** Read far more than is stored: what says that something is a secret may stand long before it. */
const LOG_TAIL_BYTES = 64 * 1024;
/** How long units have to stay up before they count as stable, in seconds. */
const STABLE_SECONDS = 2;

/** Hosts over SSH. Errors of every method: HostError, with `unknown` where a command's effect cannot be known. */
export function sshHosts(credentials: () => Promise<Credentials>): Hosts {
  return {
    connect: async (site) => hostSession(await open(site.host, credentials), site),
  };
}

const originAnswer = z.object({
  user: z.string(),
  owner: z.string(),
  origin: z.string().nullable(),
  originProblem: z.string().nullable(),
});

/** For looking at many sites at once: one connection per host, however many sites it has. Errors: HostError. */
export function inspectedSshHosts(credentials: () => Promise<Credentials>): InspectedHosts {
  const sessions = new Map<string, Promise<Session>>();
  const sessionTo = (host: HostAddress): Promise<Session> => {
    const key = JSON.stringify([host.user, host.address, host.port, host.fingerprint, host.jump ?? []]);
    const session = sessions.get(key) ?? open(host, credentials);
    sessions.set(key, session);
    return session;
  };
  return {
    async connect(site) {
      const session = await sessionTo(site.host);
      return {
        ...hostSession(session, site),
        origin: () => askJson(session, originCommand({ root: site.root }), orProblem(originAnswer), QUICK_MS),
        // Other sites may still be using the connection.
        close: () => undefined,
      };
    },
    close() {
      for (const session of sessions.values())
        session.then(
          (one) => one.close(),
          () => undefined,
        );
    },
  };
}

async function open(host: HostAddress, credentials: () => Promise<Credentials>): Promise<Session> {
  const login = await readLogin(credentials);
  try {
    return await openSession(host, login, { deadlineMs: CONNECT_MS });
  } catch (error) {
    if (error instanceof ConnectError) throw new HostError(error.failure, error.message, { cause: error });
    throw error;
  }
}

/** A key that was taken away while a switch runs is a host that cannot be asked, of which people hear. */
async function readLogin(credentials: () => Promise<Credentials>): Promise<Credentials> {
  try {
    return await credentials();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HostError('no-login', `the bot's own login cannot be read: ${why}`, { cause: error });
  }
}

function hostSession(session: Session, site: Site): HostSession {
  const { root } = site;
  const scripts = [`${site.bin}/restore_db.sh`];
  const ask = <T>(command: string, schema: z.ZodType<T>, deadlineMs = QUICK_MS) =>
    askJson(session, command, schema, deadlineMs);
  return {
    hostKey: session.hostKey,
    survey: () =>
      ask(surveyCommand({ root, slug: site.slug, domain: site.domain, scripts }), orProblem(answers.survey)),
    resolveVersion: (version) =>
      ask(resolveVersionCommand({ root, version, fetch: true }), answers.versionFindings),
    describeCommit: async (commit) =>
      (await ask(resolveVersionCommand({ root, version: commit, fetch: false }), answers.versionFindings))
        .commits[commit] ?? null,
    prepareEnvironment: (commit, executables) =>
      ask(
        prepareEnvironmentCommand({ root, commit, executables }),
        orProblem(answers.preparedEnvironment),
        SLOW_MS,
      ),
    keptEnvironment: (question) =>
      ask(keptEnvironmentCommand({ root, ...question }), orProblem(answers.keptEnvironment), 150_000),
    database: () => ask(databaseCommand({ root }), orProblem(answers.database)),
    migrations: (tree, venv) =>
      ask(
        migrationsCommand({ root, tree, venv, settings: site.settings ?? null }),
        answers.diskMigrations,
        150_000,
      ),
    startProblem: async (tree, venv, application) => {
      const settings = site.settings ?? null;
      const command = startCheckCommand({ root, tree, venv, settings, application });
      return (await ask(command, answers.startCheck, 90_000)).problem;
    },
    keptForUndo: () => ask(retentionCommand({ root, run: '', keep: null }), orProblem(answers.keptForUndo)),
    prune: (run, keep) => ask(retentionCommand({ root, run, keep }), orProblem(answers.keptForUndo), 150_000),
    listBackups: () => ask(backupsCommand({ root }), answers.listedBackups),
    readBackup: async (listed) => ({
      ...listed,
      ...(await ask(
        readBackupCommand({ root, path: backupPath(root, listed), maxBytes: LARGEST_DUMP }),
        answers.readBackup,
        SLOW_MS,
      )),
    }),
    countRows: () => ask(countRowsCommand({ root, seconds: COUNT_SECONDS }), orProblem(answers.rowCounts)),
    stageRestore: (run, backup, foreignExtensions) =>
      ask(
        stageRestoreCommand({
          root,
          run,
          path: backupPath(root, backup),
          sha256: backup.sha256 ?? '',
          foreignExtensions,
        }),
        orProblem(answers.restoreCopy),
        SLOW_MS,
      ),
    ...programSide(session, root),
    proof: (question) =>
      ask(runningCommand({ root, ...question, windowSeconds: STABLE_SECONDS }), answers.proof),
    journal: (units, since) => ask(journalCommand({ root, units, since }), answers.journal),
    close: () => session.close(),
  };
}

type ProgramSide = Pick<
  HostSession,
  | 'keepRecord'
  | 'markRecorded'
  | 'quarantine'
  | 'liftQuarantine'
  | 'lostRecords'
  | 'launch'
  | 'voidAttempt'
  | 'cancel'
  | 'follow'
  | 'logTail'
  | 'look'
>;

/** What concerns the runs on the host and their program. */
function programSide(session: Session, root: string): ProgramSide {
  return {
    keepRecord: async (runId, record) => {
      await succeed(session, keepRecordCommand(root, runId, record), record);
    },
    markRecorded: async (runId) => {
      await succeed(session, recordedCommand(root, runId));
    },
    quarantine: async (runId, line, names) => {
      await succeed(session, quarantineCommand(root, { run: runId, line, names }));
    },
    liftQuarantine: async (runId) => {
      await succeed(session, liftQuarantineCommand(root, runId));
    },
    // Our own words, and signed: nothing of them may be changed.
    lostRecords: (active) =>
      askJson(session, lostRecordsCommand({ root, active }), answers.lostRecords, QUICK_MS, (value) => value),
    launch: async (attempt, plan, recovery) => {
      const { programSha256 } = plan.binding;
      await succeed(session, placeCommand(root, programSha256), plan.program);
      const said = await succeed(session, launchCommand(root, attempt, programSha256, recovery));
      const other = /^claimed (.*)$/m.exec(said);
      return other ? { claimedBy: other[1] ?? '' } : 'launched';
    },
    voidAttempt: async (attempt) => {
      await succeed(session, voidCommand(root, attempt));
    },
    cancel: async (attempt) => {
      await succeed(session, cancelCommand(root, attempt));
    },
    follow: (attempt, look, onLine) => followRun(session, root, attempt, look, onLine),
    logTail: async (attempt) => {
      const command = logTailCommand(root, attempt, LOG_TAIL_BYTES);
      const { text } = await askJson(session, command, answers.logTail, QUICK_MS);
      return lastLines(text, LOG_TAIL);
    },
    look: async (runId, plan) =>
      parseHostState(await succeed(session, stateCommand(root, runId, plan.binding.programSha256))),
  };
}

function orProblem<T extends z.ZodType>(schema: T) {
  return z.union([schema, answers.problem]);
}

export async function askJson<T>(
  session: Session,
  command: string,
  schema: z.ZodType<T>,
  deadlineMs: number,
  clean: (value: unknown) => unknown = (value) => hostValue(value),
): Promise<T> {
  const outcome = await session.run({ command, deadlineMs, maxBytes: 8 * 1024 * 1024 });
  const text = exitedWell(outcome).trim().split('\n').at(-1) ?? '';
  const parsed = schema.safeParse(clean(parseJson(text)));
  if (!parsed.success)
    throw new HostError(
      'errored',
      `the host answered a probe with something else than expected: ${firstIssue(parsed.error)}`,
    );
  return parsed.data;
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.') || 'answer'}: ${issue.message}` : 'no reason given';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function succeed(session: Session, command: string, stdin?: string): Promise<string> {
  const outcome = await session.run(
    stdin === undefined ? { command, deadlineMs: QUICK_MS } : { command, deadlineMs: QUICK_MS, stdin },
  );
  return exitedWell(outcome);
}

/** The only success is exit code 0; what cannot be known is said to be unknown. */
export function exitedWell(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      if (outcome.code === 0) return outcome.stdout;
      throw new HostError(
        'errored',
        `a command on the host ended with exit code ${outcome.code}: ${lastLine(outcome.stderr)}`,
      );
    case 'signalled':
      throw new HostError('errored', `a command on the host was killed by ${outcome.signal}`);
    case 'timed-out':
      throw new HostError(
        'timed-out',
        `a command on the host did not end within ${Math.round(outcome.afterMs / 1000)} s`,
      );
    case 'unknown':
      throw new HostError('unknown', `the connection to the host was lost: ${outcome.why}`);
  }
}

function lastLine(text: string): string {
  return hostText(text.trim().split('\n').at(-1) ?? '').slice(0, 300) || 'it said nothing';
}

/** The end of a text, from the beginning of a line where there is one. */
function lastLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = text.slice(-limit).replace(/^[\udc00-\udfff]/, '');
  return end.slice(end.trimEnd().indexOf('\n') + 1);
}
