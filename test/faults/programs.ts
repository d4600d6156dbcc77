import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The paths of one stand-in host. */
export interface Places {
  readonly base: string;
  readonly root: string;
  readonly state: string;
  readonly bin: string;
}

export const UNIT = 'sum-acme-kitchens-gunicorn.service';
export const OLD_ROWS = ['website.0001_initial', 'website.0002_phone'];
export const NEW_ROWS = [...OLD_ROWS, 'website.0003_split'];

/**
 * What all of them share. `effect` appends one line to the journal of effects: time, kind, detail, run, attempt, step,
 * pid. `gate` holds the program at the moment that a trial has chosen, until the fault is in place.
 */
const LIBRARY = `
effect() { printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$(date +%s%3N)" "$1" "$2" "\${EFFECT_RUN:-}" "\${EFFECT_TRY:-}" "\${EFFECT_STEP:-}" "$$" >>"$STATE/effects"; }
gate() {
  [ -e "$STATE/trigger" ] || return 0
  read -r wanted <"$STATE/trigger" || return 0
  [ "$wanted" = "$1" ] || return 0
  mv "$STATE/trigger" "$STATE/reached" 2>/dev/null || return 0
  turns=0
  while [ ! -e "$STATE/go" ] && [ "$turns" -lt 120 ]; do /bin/sleep 0.1; turns=$((turns + 1)); done
}
# A failure that was ordered comes once, so that a second try can go well.
fails() { rm "$STATE/fail-$1" 2>/dev/null; }
`;

const PROGRAMS: Readonly<Record<string, string>> = {
  // Every step goes through here when it begins and when it ends.
  timeout: `step=$7
EFFECT_STEP=$7 EFFECT_RUN=\${8##*/} EFFECT_TRY=\${9##*/}
export EFFECT_STEP EFFECT_RUN EFFECT_TRY
effect begin "$3"
gate "before-$step"
seconds=$3
case $step in healthy | put-back-answers) seconds=2 ;; esac
shift 3
/usr/bin/timeout -k 10 "$seconds" "$@"
code=$?
gate "after-$step"
effect end "$code"
exit "$code"`,
  sleep: `case $1 in 4) exec /bin/sleep 0.2 ;; *) exec /bin/sleep "$1" ;; esac`,
  // The directory is in memory, so this does not sync a disk: it is only a moment for faults.
  sync: `case $1 in
  */.claim.*) gate claiming ;;
  */programs/.new.*) gate placing ;;
  */started) gate begun ;;
  */result.new) gate ending ;;
  */runs/*/*) ;;
  */runs/*) gate claimed ;;
esac`,
  sudo: `[ "$1" = -n ] && shift; if [ "$1" = -l ]; then exit 0; fi; exec "$@"`,
  systemctl: `verb=$1 unit=$2
case $verb in
  stop) gate "in-$EFFECT_STEP"; fails stop && exit 1; effect stop "$unit"; echo inactive >"$STATE/unit" ;;
  start) gate "in-$EFFECT_STEP"; fails start && exit 1; effect start "$unit"; echo active >"$STATE/unit" ;;
  show) [ -z "\${EFFECT_STEP:-}" ] || gate "in-$EFFECT_STEP"
    if fails stable; then echo flapped; fi
    echo "ActiveState=$(cat "$STATE/unit")"; echo SubState=running; echo MainPID=0; echo NRestarts=0 ;;
  is-active) cat "$STATE/unit" ;;
esac`,
  psql: `case "$*" in
  *"FROM django_migrations"*) [ "\${EFFECT_STEP:-}" != recheck ] || gate in-recheck; tail -n +2 "$STATE/database" ;;
  *"FROM pg_database"*) echo 16385 ;;
  *"count(*) FROM pg_stat_activity"*) echo 0 ;;
  *md5*) head -n 1 "$STATE/database" ;;
esac`,
  pg_dump: `while [ $# -gt 0 ]; do [ "$1" != -f ] || file=$2; shift; done
effect dump "$(head -n 1 "$STATE/database")"
gate "in-$EFFECT_STEP"
if fails dump; then printf half | gzip >"$file"; exit 0; fi
{ tail -n +2 "$STATE/database" | sed 's/^/-- row /'
  printf '\\n--\\n-- PostgreSQL database dump complete\\n--\\n'; } | gzip >"$file"`,
  curl: `gate "in-$EFFECT_STEP"
[ "$(cat "$STATE/unit")" = active ] || { printf 000; exit 7; }
if [ -e "$STATE/sick" ] && [ "$EFFECT_STEP" = healthy ]; then rm "$STATE/sick"; /bin/sleep 3; printf 503; else printf 200; fi`,
  git: `case "$*" in *checkout*) effect checkout "$*"; gate "in-$EFFECT_STEP"; fails checkout && exit 1 ;; esac
exec /usr/bin/git "$@"`,
  ln: `case $1 in -s) effect link "$2"; gate "in-$EFFECT_STEP"; fails environment && exit 1 ;; esac
exec /bin/ln "$@"`,
  journalctl: 'exit 1',
  // The checks watch the units for two seconds. Here nothing changes in that time.
  python3: `case "$*" in *windowSeconds*) gate proof ;; esac
count=$# number=0
for word do
  number=$((number + 1))
  [ "$number" -gt 1 ] || set --
  [ "$number" -lt "$count" ] || word=$(printf %s "$word" | sed 's/"windowSeconds":2/"windowSeconds":0.1/')
  set -- "$@" "$word"
done
exec /usr/bin/python3 "$@"`,
  // One transaction: the database is the old one or the new one.
  'restore_db.sh': `case "$*" in *--no-restart*) ;; *) exit 9 ;; esac
effect restore "\${4##*/}"
gate "in-$EFFECT_STEP"
case $4 in
  *put-back.sql.gz) { echo "relations-back-$$"; gzip -dc "$4" | sed -n 's/^-- row //p'; } >"$STATE/database.new" ;;
  *) fails restore && { echo 'ERROR: lock timeout'; exit 3; }
    printf '%s\\n' "relations-after-$$" ${OLD_ROWS.join(' ')} >"$STATE/database.new" ;;
esac
mv "$STATE/database.new" "$STATE/database"
gate "committed-$EFFECT_STEP"
fails commit && exit 3
echo '[restore_db] Restore complete'`,
};

export const pythonOf = (library: string): string => `#!/bin/sh
. '${library}'
[ "$1 $2" = 'manage.py collectstatic' ] || exit 2
effect collect "$(git rev-parse HEAD)"
gate "in-$EFFECT_STEP"
! fails static
`;

export function installPrograms({ base, bin, state }: Places): string {
  mkdirSync(bin, { recursive: true });
  const library = join(base, 'library.sh');
  // A command of the bot does not see what a login has set.
  writeFileSync(library, `STATE='${state}'\n${LIBRARY}`);
  for (const [name, body] of Object.entries(PROGRAMS))
    executable(join(bin, name), `#!/bin/sh\n. '${library}'\n${body}\n`);
  return library;
}

export function executable(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}
