import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { type JournalEntry, journalLine } from './journal.ts';

/** The settings of a unit file of the platform. */
export interface UnitDefinition {
  readonly name: string;
  readonly description: string;
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Made at each start and removed at each stop, like RuntimeDirectory=. */
  readonly runtimeDirectory: string | null;
  readonly journal: string;
}

export interface Unit {
  readonly definition: UnitDefinition;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  readonly resetFailed: () => void;
  /** The properties that `systemctl show` prints. */
  readonly properties: () => Readonly<Record<string, string>>;
}

/** RestartSec= of the platform's units. */
const RESTART_MS = 3_000;
/** After so long a process that ignores SIGTERM is killed. */
const STOP_MS = 10_000;

type Active = 'inactive' | 'active' | 'deactivating' | 'activating' | 'failed';

/** Type=simple, Restart=on-failure: "started" means that a process exists, not that it works. */
export function createUnit(definition: UnitDefinition): Unit {
  let child: ChildProcess | null = null;
  let active: Active = 'inactive';
  let restart: NodeJS.Timeout | null = null;
  let restarts = 0;
  let exitStatus = 0;
  const write = (entry: Omit<JournalEntry, 'at'>) =>
    appendFileSync(definition.journal, journalLine({ at: Date.now() / 1000, ...entry }));
  const systemd = (text: string) =>
    write({ program: 'systemd', pid: 1, text: `${definition.name}: ${text}` });

  const launch = () => {
    if (definition.runtimeDirectory !== null) mkdirSync(definition.runtimeDirectory, { recursive: true });
    const started = spawnProcess(definition, write);
    child = started;
    active = 'active';
    started.once('error', (error) => systemd(`Failed to execute: ${error.message}`));
    // 'close' comes last, even if nothing could be started.
    started.once('close', (code) => {
      if (child === started) ended(code);
    });
  };
  const ended = (code: number | null) => {
    child = null;
    removeRuntimeDirectory(definition);
    if (active === 'deactivating' || code === 0) {
      active = 'inactive';
      return;
    }
    exitStatus = code ?? 0;
    active = 'activating';
    systemd(`Main process exited, status=${code ?? 'killed'}`);
    restart = setTimeout(() => {
      restarts += 1;
      systemd(`Scheduled restart job, restart counter is at ${restarts}.`);
      launch();
    }, RESTART_MS);
  };

  return {
    definition,
    start: () => {
      if (active === 'active') return;
      if (restart !== null) clearTimeout(restart);
      [restart, restarts, exitStatus] = [null, 0, 0];
      systemd('Started.');
      launch();
    },
    stop: async () => {
      if (restart !== null) clearTimeout(restart);
      restart = null;
      active = child === null ? 'inactive' : 'deactivating';
      if (child !== null) await stopGroup(child);
      active = 'inactive';
      systemd('Stopped.');
    },
    resetFailed: () => {
      restarts = 0;
    },
    properties: () => ({
      Id: definition.name,
      Description: definition.description,
      LoadState: 'loaded',
      ActiveState: active,
      SubState: active === 'active' ? 'running' : active === 'activating' ? 'auto-restart' : 'dead',
      UnitFileState: 'enabled',
      Result: exitStatus === 0 ? 'success' : 'exit-code',
      ExecMainStatus: String(exitStatus),
      MainPID: String(child?.pid ?? 0),
      NRestarts: String(restarts),
      TimeoutStopUSec: `${STOP_MS / 1000}s`,
      WorkingDirectory: definition.workingDirectory,
      ExecStart: `{ path=${definition.argv[0]} ; argv[]=${definition.argv.join(' ')} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=${child?.pid ?? 0} ; code=(null) ; status=0/0 }`,
    }),
  };
}

function spawnProcess(
  definition: UnitDefinition,
  write: (entry: Omit<JournalEntry, 'at'>) => void,
): ChildProcess {
  const [program = '', ...args] = definition.argv;
  const child = spawn(program, args, {
    cwd: definition.workingDirectory,
    env: { ...definition.environment },
    // Its own group, so that a stop also reaches the children of the process.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (text) =>
      write({ program: basename(program), pid: child.pid ?? 0, text }),
    );
  return child;
}

async function stopGroup(child: ChildProcess): Promise<void> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  signalGroup(child, 'SIGTERM');
  const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), STOP_MS);
  await closed;
  clearTimeout(kill);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has just ended on its own.
  }
}

function removeRuntimeDirectory({ runtimeDirectory }: UnitDefinition): void {
  if (runtimeDirectory !== null) rmSync(runtimeDirectory, { recursive: true, force: true });
}
