import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../../src/domain/digest.ts';
import type { Mode } from '../../../src/domain/plan/mode.ts';
import type { PlanStep } from '../../../src/domain/plan/plan.ts';
import { stepsOf } from '../../../src/domain/plan/steps.ts';
import { type SwitchValues, switchProgram } from '../../../src/remote/switch-program.ts';
import { putSiteRepository } from './site-repository.ts';

/**
 * A site in a temporary directory, with real git, real files and real processes. systemd, sudo, PostgreSQL and the web server
 * are small programs that keep their state in files; the acceptance tests have the real ones. Here every step can fail in
 * every way, in any shell.
 */
export interface StandInHost {
  readonly root: string;
  readonly live: string;
  readonly target: string;
  /** Writes the program for a mode and returns its path. */
  program(mode: Mode, target?: string, more?: Partial<SwitchValues>): string;
  /** Makes a commit with exactly these entries of `git mktree`. */
  commitWith(entries: string): string;
  /** Runs the program to its end under a shell. */
  run(shell: string, program: string, run?: string): void;
  /** Continues after a decision as the attempt with this number, in its own directory: `<run>/attempt-<number>`. */
  goOn(shell: string, program: string, attempt: number, action: string, step: string): void;
  /** What the program reports about the host, line by line. */
  look(shell: string, program: string): readonly string[];
  result(run?: string): string;
  journal(run?: string): readonly string[];
  log(run?: string): string;
  state(run?: string): string;
  runFile(name: string, run?: string): string;
  /** The state of a stand-in, such as `database` or `unit-<name>`. */
  get(name: string): string;
  set(name: string, value: string): void;
  /** Replaces a program on the host, or the Python of the prepared environment. */
  replace(program: string, body: string): void;
  head(): string;
  venv(): string;
  remove(): void;
}

/** The steps for a site that does not become healthy: only that is not waited for as long as a busy machine may need. */
export function stepsOfTheSick(mode: Mode): readonly PlanStep[] {
  return stepsOf(mode).map((step) => (step.name === 'healthy' ? { ...step, deadlineSeconds: 4 } : step));
}

const UNIT = 'sum-acme-kitchens-gunicorn.service';
const OLD_ROWS = 'website.0001_initial\nwebsite.0002_phone';
const NEW_ROWS = `${OLD_ROWS}\nwebsite.0003_split`;

const PROGRAMS: Readonly<Record<string, string>> = {
  sudo: `[ "$1" = -n ] && shift; if [ "$1" = -l ]; then [ ! -e "$STATE/no-rights" ]; exit; fi; exec "$@"`,
  systemctl: `verb=$1; shift; unit=$1
case $verb in
  stop) [ ! -e "$STATE/fail-stop" ] || exit 1; echo x >>"$STATE/stops"; echo inactive >"$STATE/unit-$unit" ;;
  start) [ ! -e "$STATE/no-start" ] || exit 1; [ ! -e "$STATE/fail-start" ] || { [ "$(git -C "$SITE_ROOT/app" rev-parse HEAD)" != "$(cat "$STATE/target")" ] || exit 1; }
    echo active >"$STATE/unit-$unit" ;;
  show) [ ! -e "$STATE/flaps" ] || echo x >>"$STATE/flaps"; cat "$STATE/unit-$unit" "$STATE/flaps" 2>/dev/null || cat "$STATE/unit-$unit" ;;
  is-active) cat "$STATE/unit-$unit" ;;
  reset-failed) : ;;
esac`,
  // As the real one says what it cannot open; a disk that has to be waited for shows nothing here.
  sync: `[ "$1" != -- ] || shift
for file in "$@"; do : <"$file" || exit 1; done
[ -e "$STATE/cancel-after" ] || exit 0
case $(tail -n 1 "$1" | cut -f 2,3 | tr '\\t' ' ') in "end $(cat "$STATE/cancel-after")") touch "$(dirname "$1")/cancel" ;; esac`,
  psql: `case "$*" in
  *"FROM django_migrations"*) cat "$STATE/migrations" ;;
  *"FROM pg_database"*) echo 16385 ;;
  *"SELECT clock_timestamp()"*) echo '2026-03-01 02:20:00+00' ;;
  *"backend_start < 'infinity'"*) cat "$STATE/sessions" "$STATE/newcomers" 2>/dev/null || echo 0 ;;
  *"count(*) FROM pg_stat_activity"*) cat "$STATE/sessions" 2>/dev/null || echo 0 ;;
  *pg_terminate_backend*) cat "$STATE/unit-${UNIT}" >>"$STATE/sessions-ended-while"
    [ ! -e "$STATE/committing" ] || { [ "$(wc -l <"$STATE/sessions-ended-while")" -lt 3 ] || { rm -f "$STATE/sessions"; mv "$STATE/committing" "$STATE/database"; }; } ;;
  *md5*) [ ! -e "$STATE/database-silent" ] || exit 2; cat "$STATE/database" ;;
  *) : ;;
esac`,
  pg_dump: `while [ $# -gt 0 ]; do [ "$1" != -f ] || file=$2; shift; done
[ ! -e "$STATE/fail-dump" ] || { printf half | gzip >"$file"; exit 0; }
{ printf 'DROP EXTENSION IF EXISTS pg_trgm;\\nALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO bi;\\nSET SESSION AUTHORIZATION bi;\\nCOPY public.t (a) FROM stdin;\\nDROP EXTENSION pg_trgm;\\n\\\\.\\n'
  sed 's/^/-- row /' "$STATE/migrations"
  [ ! -e "$STATE/leads" ] || sed 's/^/-- lead /' "$STATE/leads"
  printf '\\n--\\n-- PostgreSQL database dump complete\\n--\\n'; } | gzip >"$file"`,
  // How long a unit is watched. Here its behaviour does not depend on time.
  sleep: `case $1 in
  4 | 1) set -- 0.1 ;;
  1.1) [ -e "$STATE/static-early" ] || { touch -c -d '2 seconds ago' "$SITE_ROOT/served-version"; exit; } ;;
esac
exec /bin/sleep "$@"`,
  curl: `[ "$(cat "$STATE/unit-${UNIT}")" = active ] || { printf 000; exit 7; }
[ -e "$STATE/sick" ] && printf 503 || printf 200`,
};

const RESTORE = `#!/bin/sh
case "$*" in *--no-restart*) ;; *) exit 9 ;; esac
[ ! -e "$STATE/fail-restore" ] || { echo 'ERROR: lock timeout'; exit 3; }
[ ! -e "$STATE/idle-restore" ] || exit 0
case "$*" in *put-back.sql.gz*)
  gzip -dc "$4" >"$STATE/replayed"
  sed -n 's/^-- row //p' "$STATE/replayed" >"$STATE/migrations"
  echo relations-back >"$STATE/database"
  exit ;;
esac
printf '%s' "${OLD_ROWS}" >"$STATE/migrations"
echo relations-after >"$STATE/database"
[ ! -e "$STATE/fail-after-commit" ] || exit 3
echo '[restore_db] Restore complete'
`;

const PYTHON = `#!/bin/sh
[ "$*" != '-c pass' ] || exit 0
[ "$1 $2" = 'manage.py collectstatic' ] || exit 2
[ "$FROM_ENV" = "two words" ] || exit 3
# As Django does it: what is not older than its source, by whole seconds, stays.
served=$SITE_ROOT/served-version
[ ! -e "$STATE/static-early" ] || until [ "$(date +%1N)" = 0 ]; do :; done
{ [ -e "$served" ] && [ "$(stat -c %Y "$served")" -ge "$(stat -c %Y VERSION)" ]; } || cat VERSION >"$served"
[ ! -e "$STATE/static-hangs" ] || [ "$(git rev-parse HEAD)" != "$(cat "$STATE/target")" ] || {
  sh -c 'trap "" TERM; sleep 300 & wait' &
  echo $! >"$STATE/left-alive"
  sleep 300
}
[ ! -e "$STATE/fills-disk" ] || { cat /dev/zero >"$SITE_ROOT/.rollback-bot/runs/$(git rev-parse HEAD)"; [ "$(git rev-parse HEAD)" != "$(cat "$STATE/target")" ] || exit 1; }
[ ! -e "$STATE/fail-static" ] || [ "$(git rev-parse HEAD)" != "$(cat "$STATE/target")" ]
`;

export function standInHost(): StandInHost {
  const base = mkdtempSync(join(tmpdir(), 'rollback-switch-'));
  const [root, state, bin] = [join(base, 'acme-kitchens'), join(base, 'state'), join(base, 'bin')];
  for (const folder of [root, state, bin]) mkdirSync(folder);
  for (const [name, body] of Object.entries(PROGRAMS)) executable(join(bin, name), `#!/bin/sh\n${body}\n`);
  executable(join(bin, 'restore_db.sh'), RESTORE);
  const { live, target } = putSiteRepository(join(root, 'app'));
  writeFileSync(
    join(root, '.env'),
    "FROM_ENV='two words'\nDJANGO_DB_PASSWORD=secret\nDJANGO_DB_NAME=sum_acme\nDJANGO_DB_HOST=127.0.0.1\n",
  );
  const prepared = join(root, '.rollback-bot', 'venvs', target);
  for (const venv of [join(root, 'venv'), prepared]) {
    mkdirSync(join(venv, 'bin'), { recursive: true });
    executable(join(venv, 'bin', 'python'), PYTHON);
  }
  writeFileSync(join(prepared, '.rollback-bot-complete'), '{"requirements":"","installed":{}}');
  const set = (name: string, value: string) => writeFileSync(join(state, name), value);
  const get = (name: string) => readFileSync(join(state, name), 'utf8').trim();
  set('migrations', NEW_ROWS);
  set('database', 'relations-before');
  set('target', target);
  set(`unit-${UNIT}`, 'active');
  const environment = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: base,
    STATE: state,
    SITE_ROOT: root,
  };
  const runs = join(root, '.rollback-bot', 'runs');
  const runFile = (name: string, run = 'acme-kitchens-1') => join(runs, run, name);
  const read = (name: string, run?: string) =>
    existsSync(runFile(name, run)) ? readFileSync(runFile(name, run), 'utf8') : '';
  const programs = join(root, '.rollback-bot', 'programs');
  mkdirSync(programs, { recursive: true });
  return {
    root,
    live,
    target,
    commitWith(entries) {
      const git = (input: string, ...argv: readonly string[]) =>
        execFileSync('git', ['-C', join(root, 'app'), '-c', 'user.name=t', '-c', 'user.email=t@t', ...argv], {
          input,
          encoding: 'utf8',
        }).trim();
      return git('other', 'commit-tree', git(entries, 'mktree'));
    },
    program(mode, other = target, more = {}) {
      const text = programText(mode, { root, bin, live, target: other, prepared }, more);
      const path = join(programs, `${sha256(text)}.sh`);
      if (!existsSync(path)) executable(path, text);
      return path;
    },
    run(shell, program, run = 'acme-kitchens-1') {
      mkdirSync(join(runs, run), { recursive: true });
      if (!existsSync(runFile('restore.sql.gz', run)))
        writeFileSync(runFile('restore.sql.gz', run), 'the private copy');
      execFileSync(shell, [program, 'run', join(runs, run)], { env: environment, stdio: 'ignore' });
    },
    goOn(shell, program, attempt, action, step) {
      const run = join(runs, 'acme-kitchens-1');
      execFileSync(shell, [program, 'continue', run, join(run, `attempt-${attempt}`), action, step], {
        env: environment,
        stdio: 'ignore',
      });
    },
    look: (shell, program) =>
      execFileSync(shell, [program, 'look', join(runs, 'acme-kitchens-1')], {
        env: environment,
        encoding: 'utf8',
      })
        .trim()
        .split('\n'),
    result: (run) => read('result', run).trim(),
    journal: (run) =>
      read('journal', run)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t'))
        .filter(([, kind]) => kind === 'end')
        .map(([, , name, code]) => `${name} ${code}`),
    log: (run) => read('log', run),
    state: (run) => read('STATE', run),
    runFile,
    get,
    set,
    replace: (program, body) =>
      executable(
        program === 'python' ? join(prepared, 'bin', 'python') : join(bin, program),
        `#!/bin/sh\n${body}\n`,
      ),
    head: () =>
      execFileSync('git', ['-C', join(root, 'app'), 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim(),
    venv: () => execFileSync('readlink', ['-f', join(root, 'venv')], { encoding: 'utf8' }).trim(),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

function programText(
  mode: Mode,
  site: { root: string; bin: string; live: string; target: string; prepared: string },
  more: Partial<SwitchValues>,
): string {
  const restores = mode !== 'code-only';
  const changes = mode !== 'database-only';
  return switchProgram({
    site: 'acme-kitchens@production',
    slug: 'acme-kitchens',
    mode,
    root: site.root,
    bin: site.bin,
    domain: 'acme-kitchens.test',
    bind: 'unix:/run/acme.sock',
    settings: '',
    live: site.live,
    target: changes ? site.target : '',
    environment: changes ? site.prepared : '',
    environmentPackages: '',
    goodHealth: [200],
    stopUnits: [UNIT],
    startUnits: [UNIT],
    database: 'sum_acme 127.0.0.1 5432',
    databaseOid: '16385',
    databaseRole: 'sum_acme',
    migrationsNow: sha256(`${NEW_ROWS}\n`),
    migrationsRestored: restores ? sha256(`${OLD_ROWS}\n`) : '',
    restoreSha256: restores ? sha256('the private copy') : '',
    leftAlone: [
      ['extension', 'pg_trgm'],
      ['extension', 'uuid-ossp'],
    ],
    steps: stepsOf(mode),
    ...more,
  });
}

function executable(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}
