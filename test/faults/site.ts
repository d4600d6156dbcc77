import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makePlan } from '../../src/app/plan/make-plan.ts';
import { sha256 } from '../../src/domain/digest.ts';
import type { Mode } from '../../src/domain/plan/mode.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { Site } from '../../src/domain/site/site.ts';
import {
  backup,
  evidence,
  liveCommit,
  named,
  survey,
  target,
  unhealthy,
  unit,
} from '../support/story/evidence.ts';
import { executable, installPrograms, NEW_ROWS, OLD_ROWS, type Places, pythonOf, UNIT } from './programs.ts';

/** The database's password in `.env`. Nobody may ever read it. */
export const SECRET = 'Xk29-never-to-be-seen';
const COPY = 'the private copy';

/** One line of the host's journal of effects. */
export interface Effect {
  readonly at: number;
  readonly kind: string;
  readonly detail: string;
  readonly run: string;
  /** The attempt's directory. For the first attempt that is the run's id. */
  readonly attempt: string;
  readonly step: string;
  readonly pid: number;
}

/** What is on the host, not read through the product. */
export interface Truth {
  readonly head: string;
  readonly dirty: boolean;
  /** Where `venv` points: the old directory, the prepared one, or nothing. */
  readonly venv: 'before' | 'target' | 'missing';
  readonly database: 'before' | 'restored' | 'torn';
  readonly unit: string;
}

/** A site with real git, real files and real processes, and small programs in place of systemd and PostgreSQL. */
export interface FaultSite extends Places {
  readonly live: string;
  readonly target: string;
  /** Resets everything. The directories of earlier runs are gone. */
  reset(): void;
  plan(mode: Mode, site: Site): Plan;
  /** Makes what a plan leaves on the host for a run: the private copy of the backup. */
  stage(run: string): void;
  effects(): readonly Effect[];
  truth(): Truth;
  isUp(): boolean;
  set(name: string, text?: string): void;
  has(name: string): boolean;
  /** null if nobody has set it. */
  get(name: string): string | null;
  clear(...names: readonly string[]): void;
  runFile(run: string, name: string): string;
  /** The processes of detached programs on this host, with their whole sessions. */
  programs(): readonly number[];
  /** Kills them as a crash would. Returns how many there were. */
  killPrograms(): number;
  remove(): void;
}

export function faultSite(base: string): FaultSite {
  const places = { base, root: join(base, 'acme'), state: join(base, 'state'), bin: join(base, 'bin') };
  const { root, state } = places;
  const app = join(root, 'app');
  for (const folder of [root, state]) mkdirSync(folder, { recursive: true });
  const library = installPrograms(places);
  const [live, old] = repository(app);
  const prepared = join(root, '.rollback-bot', 'venvs', old);
  writeFileSync(
    join(root, '.env'),
    `DJANGO_DB_USER=u\nDJANGO_DB_PASSWORD=${SECRET}\nDJANGO_DB_NAME=sum_acme\nDJANGO_DB_HOST=127.0.0.1\n`,
  );
  const git = (...argv: readonly string[]) =>
    execFileSync('git', ['-C', app, ...argv], { encoding: 'utf8', stdio: 'pipe' }).trim();
  const set = (name: string, text = '') => {
    writeFileSync(join(state, `${name}.new`), text);
    renameSync(join(state, `${name}.new`), join(state, name));
  };
  const unitNow = () => readFileSync(join(state, 'unit'), 'utf8').trim();
  const programs = () => programsWith(`${root}/.rollback-bot/programs/`);
  return {
    ...places,
    live,
    target: old,
    reset() {
      rmSync(state, { recursive: true, force: true });
      mkdirSync(state, { recursive: true });
      rmSync(join(root, '.rollback-bot'), { recursive: true, force: true });
      rmSync(join(root, 'venv'), { recursive: true, force: true });
      rmSync(join(app, '.git', 'index.lock'), { force: true });
      git('checkout', '-q', '--force', '-B', 'main', live);
      git('clean', '-qfd');
      for (const venv of [join(root, 'venv'), prepared]) {
        mkdirSync(join(venv, 'bin'), { recursive: true });
        executable(join(venv, 'bin', 'python'), pythonOf(library));
      }
      writeFileSync(join(prepared, '.rollback-bot-complete'), 'yes');
      set('database', `relations-before\n${NEW_ROWS.join('\n')}\n`);
      set('unit', 'active\n');
    },
    plan: (mode, site) => planFor(mode, site, { live, target: old, prepared }),
    stage(run) {
      const folder = join(root, '.rollback-bot', 'runs', run);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, 'restore.sql.gz'), COPY);
    },
    effects: () => effectsIn(join(state, 'effects')),
    truth: () => ({
      head: git('rev-parse', 'HEAD'),
      dirty: git('status', '--porcelain', '--untracked-files=no') !== '',
      venv: venvNow(join(root, 'venv'), prepared),
      database: databaseNow(readFileSync(join(state, 'database'), 'utf8')),
      unit: unitNow(),
    }),
    isUp: () => unitNow() === 'active',
    set,
    get: (name) => (existsSync(join(state, name)) ? readFileSync(join(state, name), 'utf8') : null),
    has: (name) => existsSync(join(state, name)),
    clear: (...names) => {
      for (const name of names) rmSync(join(state, name), { force: true });
    },
    runFile: (run, name) => join(root, '.rollback-bot', 'runs', run, name),
    programs,
    killPrograms() {
      const pids = programs();
      for (const pid of pids) kill(pid);
      return pids.length;
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

function planFor(
  mode: Mode,
  site: Site,
  { live, target: old, prepared }: { live: string; target: string; prepared: string },
): Plan {
  const base = evidence(mode);
  const applied = NEW_ROWS.map((row) => ({ ...named(row), appliedAt: '2026-01-01T00:00:00Z' }));
  return makePlan(
    site,
    {
      ...base,
      hostKey: site.host.fingerprint ?? base.hostKey,
      survey: survey({
        live: { ...liveCommit, commit: live },
        bind: 'unix:/run/acme.sock',
        units: [unit('gunicorn', { name: UNIT })],
      }),
      target: mode === 'database-only' ? null : target({ commit: old }),
      prepared:
        mode === 'database-only' || base.prepared === null
          ? null
          : { ...base.prepared, venv: prepared, installed: {} },
      database: { ...base.database, oid: '16385', applied },
      backup: mode === 'code-only' ? null : backup({ migrations: OLD_ROWS.map(named) }),
      restore: mode === 'code-only' ? null : { path: '/run/restore.sql.gz', sha256: sha256(COPY) },
    },
    unhealthy,
    new Date().toISOString(),
  );
}

function effectsIn(file: string): readonly Effect[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [at, kind = '', detail = '', run = '', attempt = '', step = '', pid] = line.split('\t');
      return { at: Number(at), kind, detail, run, attempt, step, pid: Number(pid) };
    });
}

function venvNow(path: string, prepared: string): Truth['venv'] {
  try {
    return readlinkSync(path) === prepared ? 'target' : 'before';
  } catch {
    return existsSync(path) ? 'before' : 'missing';
  }
}

function databaseNow(text: string): Truth['database'] {
  const [identity = '', ...rows] = text.trim().split('\n');
  const all = rows.join(' ');
  if (all === NEW_ROWS.join(' ') && /^relations-(before|back)/.test(identity)) return 'before';
  return all === OLD_ROWS.join(' ') && identity.startsWith('relations-after') ? 'restored' : 'torn';
}

/** The sessions of every process whose command line names a program of this host. */
function programsWith(mark: string): readonly number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), session: sessionOf(name), line: lineOf(name) }));
  // A process that follows the program over SSH names it too. Only the leader of a session was detached.
  const leaders = new Set(
    all
      .filter(({ pid, session, line }) => pid === session && line.startsWith(`sh\0${mark}`))
      .filter(({ line }) => !line.includes('\0look\0'))
      .map(({ session }) => session),
  );
  return all.filter(({ session }) => leaders.has(session)).map(({ pid }) => pid);
}

function sessionOf(pid: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[3]);
  } catch {
    return -1;
  }
}

function lineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function repository(app: string): readonly [live: string, target: string] {
  const git = (...argv: readonly string[]) =>
    execFileSync(
      'git',
      ['-C', app, '-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'init.defaultBranch=main', ...argv],
      { encoding: 'utf8' },
    ).trim();
  mkdirSync(app, { recursive: true });
  git('init', '-q');
  const commit = (version: string) => {
    writeFileSync(join(app, 'VERSION'), version);
    git('add', '-A');
    git('commit', '-qm', version);
    return git('rev-parse', 'HEAD');
  };
  const old = commit('0.5.0');
  return [commit('0.6.0'), old];
}
