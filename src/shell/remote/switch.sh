# The switch: everything from the first stop to the first healthy answer, as one detached program on the host.
# It needs no network and waits for nobody. Its values stand above; workers only read what it writes:
#
#   started   exists once it has begun; a second start finds it and ends        journal  one line per step begun or ended
#   alive     locked as long as it or anything that it started lives            log      output of the steps
#   result    how it ended: outcome, step, exit code                            STATE    the same for a person on the host
#
# usage: PROGRAM run RUN_DIRECTORY | PROGRAM step NAME RUN_DIRECTORY
set -u
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C.UTF-8
export PATH LC_ALL
umask 022

APP=$ROOT/app
SHELL_NOW=$(readlink "/proc/$$/exe")

# --- what the steps share ---------------------------------------------------------------------------------------

fail() { printf '%s\n' "$*"; exit 1; }
differs() { printf 'changed since the plan was made: %s\n' "$*"; exit 10; }

# Written whole or not at all, and on the disk before it counts.
durable() { # FILE TEXT
  printf '%s\n' "$2" >"$1.new" && sync "$1.new" && mv -f "$1.new" "$1" && sync "$RUN"
}

# The platform's scripts read .env with bash; so does this.
with_env() {
  # shellcheck disable=SC2016
  bash -c 'set -a; . "$1"; set +a; if [ -n "$2" ]; then export DJANGO_SETTINGS_MODULE="$2"; fi; shift 2; exec "$@"' \
    env "$ROOT/.env" "$SETTINGS" "$@"
}

# shellcheck disable=SC2016
sql() {
  with_env sh -c 'PGPASSWORD=$DJANGO_DB_PASSWORD PGCONNECT_TIMEOUT=10; export PGPASSWORD PGCONNECT_TIMEOUT
    exec psql -XAtq -v ON_ERROR_STOP=1 -h "$DJANGO_DB_HOST" -p "${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME" -c "$1"' psql "$1"
}

# Which relations there are, by their ids: a committed restore makes new ones, one that was rolled back does not.
database_identity() {
  sql "SELECT md5(coalesce(string_agg(c.oid::text, ',' ORDER BY c.oid), '')) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
}

applied_migrations() {
  rows=$(sql "SELECT app || '.' || name FROM django_migrations") || return 1
  printf '%s\n' "$rows" | LC_ALL=C sort -u | sha256sum | cut -c1-64
}

# What a restore whose client was killed may have left behind on the server has to be gone before anybody looks.
end_own_sessions() {
  sql "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()" >/dev/null
}

stop_units() {
  for unit in $STOP_UNITS; do
    sudo -n systemctl stop "$unit" || fail "$unit cannot be stopped"
  done
  for unit in $STOP_UNITS; do
    case $(systemctl is-active "$unit") in
      active | activating | deactivating | reloading) fail "$unit has not stopped" ;;
    esac
  done
}

start_units() {
  for unit in $START_UNITS; do
    if sudo -n -l systemctl reset-failed "$unit" >/dev/null 2>&1; then sudo -n systemctl reset-failed "$unit" || :; fi
    sudo -n systemctl start "$unit" || fail "$unit cannot be started"
  done
}

checkout() { # COMMIT
  git -C "$APP" -c advice.detachedHead=false -c core.hooksPath=/dev/null checkout --quiet --no-overwrite-ignore --detach "$1" || fail "git cannot check $1 out"
  [ "$(git -C "$APP" rev-parse HEAD)" = "$1" ] || fail "the code is not at $1 after the checkout"
  [ -z "$(git -C "$APP" status --porcelain --untracked-files=no)" ] || fail "the working tree has changes after the checkout"
}

# collectstatic passes over files that are older than what is there; an environment that was built days ago has only such.
collect_static() {
  cd "$APP" || exit 1
  find "$ROOT/venv/" -path '*/static/*' -type f -exec touch -c {} + || fail "the static files of the environment cannot be renewed"
  with_env "$ROOT/venv/bin/python" manage.py collectstatic --noinput
}

# HTTP status of the health page, asked behind the proxy; 000 when nothing answers.
ask_health() {
  case $BIND in
    unix:*) curl -s -m 5 -o /dev/null -w '%{http_code}' --unix-socket "${BIND#unix:}" -H "Host: $DOMAIN" -H 'X-Forwarded-Proto: https' http://localhost/health/ ;;
    *) curl -s -m 5 -o /dev/null -w '%{http_code}' -H "Host: $DOMAIN" -H 'X-Forwarded-Proto: https' "http://$BIND/health/" ;;
  esac
}

# --- the steps, in the runbook's order ---------------------------------------------------------------------------

# The facts that were approved, asked again right before the first change.
step_recheck() {
  head=$(git -C "$APP" rev-parse HEAD) || differs "git does not answer"
  [ "$head" = "$LIVE" ] || differs "the code is at $head and not at $LIVE"
  changes=$(git -C "$APP" status --porcelain) || differs "git does not answer"
  [ -z "$changes" ] || differs "the working tree has changes"
  [ ! -e "$APP/.git/index.lock" ] || differs "another git command holds index.lock"
  # shellcheck disable=SC2016
  [ "$(with_env sh -c 'printf "%s %s %s" "$DJANGO_DB_NAME" "$DJANGO_DB_HOST" "${DJANGO_DB_PORT:-5432}"')" = "$DATABASE" ] || differs ".env names another database"
  oid=$(sql "SELECT oid FROM pg_database WHERE datname = current_database()") || differs "the database does not answer"
  [ "$oid" = "$DATABASE_OID" ] || differs "the database is another one"
  [ "$(applied_migrations)" = "$MIGRATIONS_NOW" ] || differs "the applied migrations are not the same"
  if [ -n "$TARGET" ]; then
    git -C "$APP" cat-file -e "$TARGET^{commit}" || differs "the target commit is gone"
    [ -e "$ENVIRONMENT/.rollback-bot-complete" ] || differs "the prepared environment is gone"
  fi
  if [ -n "$RESTORE_SHA256" ]; then
    printf '%s  %s\n' "$RESTORE_SHA256" "$RUN/restore.sql.gz" | sha256sum -c --quiet - || differs "the copy of the backup is not the approved one"
  fi
  for unit in $STOP_UNITS; do
    for verb in stop start; do
      sudo -n -l systemctl "$verb" "$unit" >/dev/null || differs "the right to $verb $unit is gone"
    done
  done
}

step_stop() { stop_units; }

# shellcheck disable=SC2016
step_safety_backup() {
  umask 077
  with_env sh -c 'PGPASSWORD=$DJANGO_DB_PASSWORD; export PGPASSWORD
    exec pg_dump -h "$DJANGO_DB_HOST" -p "${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" --clean --if-exists --no-owner --no-privileges -Z 6 -f "$1" "$DJANGO_DB_NAME"' \
    pg_dump "$RUN/safety.sql.gz.new" || { rm -f "$RUN/safety.sql.gz.new"; fail "the safety backup cannot be written"; }
  gzip -dc "$RUN/safety.sql.gz.new" | tail -n 10 | grep -q 'PostgreSQL database dump complete' || fail "the safety backup is not complete"
  sync "$RUN/safety.sql.gz.new" || fail "the safety backup cannot be kept"
  mv "$RUN/safety.sql.gz.new" "$RUN/safety.sql.gz" || fail "the safety backup cannot be kept"
  identity=$(database_identity) || fail "the database does not answer"
  durable "$RUN/database-before" "$identity"
}

step_checkout() {
  git -C "$APP" symbolic-ref --quiet --short HEAD >"$RUN/branch-before" || :
  checkout "$TARGET"
}

step_restore() {
  if [ ! -s "$RUN/safety.sql.gz" ] || [ ! -s "$RUN/database-before" ]; then fail "there is no safety backup: nothing is restored"; fi
  end_own_sessions || fail "the database does not answer"
  "$BIN/restore_db.sh" --site-slug "$SLUG" --file "$RUN/restore.sql.gz" --i-know-this-will-overwrite --no-restart || exit $?
  identity=$(database_identity) || fail "the database does not answer after the restore"
  [ "$identity" != "$(cat "$RUN/database-before")" ] || fail "restore_db.sh ended well, but the database is the old one"
  [ "$(applied_migrations)" = "$MIGRATIONS_RESTORED" ] || fail "the restored database does not have the backup's migrations"
}

# The old environment stays valid under its old path: going back is the same rename the other way round.
step_environment() {
  [ "$(readlink "$ROOT/venv")" != "$ENVIRONMENT" ] || return 0
  if [ -e "$ROOT/venv" ] || [ -L "$ROOT/venv" ]; then mv -T "$ROOT/venv" "$RUN/venv-before"; fi || fail "the old environment cannot be moved aside"
  ln -s "$ENVIRONMENT" "$ROOT/venv" || fail "the new environment cannot be linked"
  sync "$ROOT"
}

step_static() { collect_static; }
step_start() { start_units; }

step_healthy() {
  while :; do
    status=$(ask_health)
    [ "$status" = "${said:-}" ] || printf 'health answers %s\n' "$status"
    [ "$status" != 200 ] || return 0
    said=$status
    sleep 0.2
  done
}

lives() { systemctl show "$1" -p ActiveState,MainPID,NRestarts; }

# A unit that dies a moment after each start answers in between.
step_stable() {
  for unit in $START_UNITS; do lives "$unit"; done >"$RUN/lives-before" || fail "systemd does not answer"
  sleep 4
  for unit in $START_UNITS; do lives "$unit"; done | diff "$RUN/lives-before" - || fail "a unit does not stay up"
  for unit in $START_UNITS; do
    [ "$(systemctl is-active "$unit")" = active ] || fail "$unit is not active"
  done
}

# --- the failure clause: back to the previous code and environment, where the database is proven unchanged -------

step_put_back_stop() { stop_units; }
step_put_back_checkout() {
  [ "$(git -C "$APP" rev-parse HEAD)" = "$LIVE" ] || checkout "$LIVE"
  # On a branch again if it was on one, or the next deploy without a version fails.
  branch=$(cat "$RUN/branch-before" 2>/dev/null)
  if [ -n "$branch" ] && [ "$(git -C "$APP" rev-parse "refs/heads/$branch")" = "$LIVE" ]; then
    git -C "$APP" -c core.hooksPath=/dev/null checkout --quiet "$branch" || fail "git cannot check the branch $branch out"
  fi
}
step_put_back_environment() {
  if [ -e "$RUN/venv-before" ] || [ -L "$RUN/venv-before" ]; then
    if [ -L "$ROOT/venv" ]; then rm "$ROOT/venv" || fail "the new environment's link cannot be removed"; fi
    mv -T "$RUN/venv-before" "$ROOT/venv" || fail "the old environment cannot be put back"
    sync "$ROOT"
  fi
}
step_put_back_static() { collect_static; }
step_put_back_start() { start_units; }
# The site was broken before, so any answer of its own will do; that it answers at all is what has to be seen.
step_put_back_answers() {
  until status=$(ask_health) && [ "$status" != 000 ]; do sleep 0.2; done
  printf 'the site answers with %s, as the code before does\n' "$status"
}

database_unchanged() {
  [ -e "$RUN/began-restore" ] || return 0
  with_deadline 60 probe-database >>"$RUN/log" 2>&1
}
step_probe_database() {
  end_own_sessions || exit 1
  identity=$(database_identity) || exit 1
  [ "$identity" = "$(cat "$RUN/database-before")" ]
}

put_back() {
  # Before the start everything is stopped already, or could not be stopped and then need not be.
  [ ! -e "$RUN/began-start" ] || deadline_step put-back-stop 150 || return 1
  [ -z "$TARGET" ] || deadline_step put-back-checkout 60 || return 1
  [ -z "$TARGET" ] || deadline_step put-back-environment 30 || return 1
  [ ! -e "$RUN/began-static" ] || deadline_step put-back-static 300 || return 1
  deadline_step put-back-start 200 && deadline_step put-back-answers 60
}

# --- the run ------------------------------------------------------------------------------------------------------

journal() { # KIND NAME CODE
  printf '%s\t%s\t%s\t%s\t%s\n' "$(date +%s%3N)" "$1" "$2" "$3" "$(stat -c %s "$RUN/log")" >>"$RUN/journal" && sync "$RUN/journal"
}

state() { # SENTENCE
  durable "$RUN/STATE" "rollback-bot, run $(basename "$RUN"), $SITE, $MODE rollback
$(date -u +%Y-%m-%dT%H:%M:%SZ)  $1

previous code   $LIVE
target code     ${TARGET:-stays as it is}
steps           $RUN/journal, their output in $RUN/log
safety backup   $(if [ -e "$RUN/safety.sql.gz" ]; then printf '%s' "$RUN/safety.sql.gz"; else printf 'none was made'; fi)
old environment $(if [ -e "$RUN/venv-before" ]; then printf '%s' "$RUN/venv-before"; else printf 'in its place'; fi)"
}

with_deadline() { # SECONDS NAME
  timeout -k 10 "$1" "$SHELL_NOW" "$0" step "$2" "$RUN" </dev/null
}

deadline_step() { # NAME SECONDS
  : >"$RUN/began-$1"
  journal begin "$1" 0
  state "now: $1"
  with_deadline "$2" "$1" >>"$RUN/log" 2>&1
  STEP_CODE=$?
  durable "$RUN/code-$1" "$STEP_CODE"
  journal end "$1" "$STEP_CODE"
  return "$STEP_CODE"
}

finish() { # OUTCOME STEP CODE SENTENCE
  rm -f "$RUN/reserve"
  state "$4"
  durable "$RUN/result" "$1 $2 $3"
  journal finish "$1" "$3"
}

run_steps() {
  for entry in $STEPS; do
    name=${entry%%:*}
    deadline_step "$name" "${entry#*:}" && continue
    code=$STEP_CODE
    if [ "$name" = recheck ]; then
      finish untouched "$name" "$code" "ended: nothing was changed, because something is no longer as it was approved (see the log)"
    elif ! database_unchanged; then
      finish hold "$name" "$code" "stopped at $name: the database is restored or its state is unknown, so nothing was put back; a person has to decide"
    elif put_back; then
      finish put-back "$name" "$code" "ended: $name failed; the previous code and environment are back and the site answers; the database is unchanged"
    else
      finish hold "$name" "$code" "stopped: $name failed and putting the previous code back failed too; the database is unchanged; a person has to decide"
    fi
    return
  done
  finish "done" stable 0 "ended well: the site answers its health check"
}

main() {
  mkdir -p "$RUN" && exec 8>>"$RUN/alive" && flock -n 8 || exit 0
  (set -C && printf '%s\n' "$(cat /proc/sys/kernel/random/boot_id)" >"$RUN/started") 2>/dev/null || exit 0
  sync "$RUN/started" "$RUN"
  : >>"$RUN/log"
  # Room for the last words: how it ended has to be known also where a step has filled the disk.
  head -c 65536 /dev/zero >"$RUN/reserve" || :
  if ! (: >>"$ROOT/deploy.lock"); then
    printf '%s cannot be opened\n' "$ROOT/deploy.lock" >>"$RUN/log"
    finish untouched lock 12 "ended: nothing was changed, because the deploy lock cannot be opened"
    return
  fi
  exec 9>>"$ROOT/deploy.lock"
  if ! flock -n 9; then
    printf 'another deploy holds %s\n' "$ROOT/deploy.lock" >>"$RUN/log"
    journal begin lock 0
    journal end lock 11
    finish untouched lock 11 "ended: nothing was changed, because another deploy holds the lock"
    return
  fi
  run_steps
}

case ${1:-} in
  run) RUN=$2 && main ;;
  step) RUN=$3 && "step_$(printf %s "$2" | tr - _)" ;;
  *) echo "usage: $0 run RUN_DIRECTORY" >&2 && exit 2 ;;
esac
