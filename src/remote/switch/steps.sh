# What the switch is made of: helpers, one function per step of the runbook, and those of the failure clause.
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
  # What bash says of a line that it cannot read holds a part of that line.
  # shellcheck disable=SC2016
  bash -c 'set -a; . "$1" 2>/dev/null; set +a; if [ -n "$2" ]; then export DJANGO_SETTINGS_MODULE="$2"; fi; shift 2; exec "$@"' \
    env "$ROOT/.env" "$SETTINGS" "$@"
}

# shellcheck disable=SC2016
sql() {
  with_env sh -c 'PGPASSWORD=$DJANGO_DB_PASSWORD PGCONNECT_TIMEOUT=10; export PGPASSWORD PGCONNECT_TIMEOUT
    exec psql -XAtq -v ON_ERROR_STOP=1 -h "$DJANGO_DB_HOST" -p "${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME" -c "$1"' psql "$1"
}

# Whether .env still names the database of the plan.
# shellcheck disable=SC2016
names_database() {
  [ "$(with_env sh -c 'printf "%s %s %s" "$DJANGO_DB_NAME" "$DJANGO_DB_HOST" "${DJANGO_DB_PORT:-5432}"')" = "$DATABASE" ]
}

# Which relations there are, by their ids: a committed restore makes new ones, one that was rolled back does not.
database_identity() {
  sql "SELECT md5(coalesce(string_agg(c.oid::text, ',' ORDER BY c.oid), '')) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
}

applied_migrations() {
  rows=$(sql "SELECT app || '.' || name FROM django_migrations") || return 1
  printf '%s\n' "$rows" | LC_ALL=C sort -u | sha256sum | cut -c1-64
}

# How many statements the server is at for clients of ours, which may have been killed: of sessions that began before then.
at_work() { # TIME
  sql "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'psql' AND state <> 'idle' AND backend_start < '${1:-infinity}'"
}

# What a restore whose client was killed may have left behind on the server has to be gone before anybody looks. A statement
# that is told to go has five seconds for it, and one that is committing goes on to its end. Who comes again meanwhile, such as
# a job of every second, is none of it.
end_own_sessions() {
  by_now=$(sql "SELECT clock_timestamp()") || fail "the database does not answer"
  for _ in 1 2 3 4 5 6; do
    sql "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()" >/dev/null || fail "the database does not answer"
    left=$(at_work "$by_now") || fail "the database does not answer"
    [ "$left" != 0 ] || return 0
    sleep 1
  done
  fail "the database is still at work for a psql of the site's role: what it will leave is not known"
}

copy_is_approved() {
  printf '%s  %s\n' "$RESTORE_SHA256" "$RUN/restore.sql.gz" | sha256sum -c --quiet -
}

stop_units() {
  for unit in $STOP_UNITS; do
    sudo -n systemctl stop "$unit" || fail "$unit cannot be stopped"
  done
  ! unit=$(running_unit) || fail "$unit has not stopped, or systemd does not say"
}

# The first unit that runs, by its name; it takes no lock of ours to start one. A systemd that does not say counts as that.
running_unit() {
  for unit in $STOP_UNITS; do
    case $(systemctl is-active "$unit") in
      inactive | failed | unknown) ;;
      *) printf '%s\n' "$unit" && return ;;
    esac
  done
  return 1
}

start_units() {
  for unit in $START_UNITS; do
    if sudo -n -l systemctl reset-failed "$unit" >/dev/null 2>&1; then sudo -n systemctl reset-failed "$unit" || :; fi
    sudo -n systemctl start "$unit" || fail "$unit cannot be started"
  done
}

# Everything that pip has put into an environment, by its own lists of files and hashes.
packages_of() { # DIRECTORY
  (cd "$1" && find lib/python3*/site-packages -maxdepth 2 -path '*.dist-info/RECORD' -exec sha256sum {} +) | LC_ALL=C sort -k 2 | sha256sum | cut -c1-64
}

# What git says of the tree; a git that cannot tell says nothing good of it.
has_no_changes() { # [OPTION]
  changes=$(GIT_OPTIONAL_LOCKS=0 git -C "$APP" status --porcelain "$@") && [ -z "$changes" ]
}

is_index_readable() { GIT_OPTIONAL_LOCKS=0 git -C "$APP" ls-files >/dev/null; }

tree_now() {
  GIT_OPTIONAL_LOCKS=0 git -C "$APP" status --porcelain && git -C "$APP" rev-parse HEAD
}

check_out() { # OPTION COMMIT
  git -C "$APP" -c advice.detachedHead=false -c core.hooksPath=/dev/null checkout --quiet "$1" --detach "$2"
}

# There from before a checkout of ours touches the tree until that is whole again: what is half done in it is nobody's work.
is_torn() { [ -e "$RUN/torn" ]; }
mark_torn() { { : >"$RUN/torn" && sync "$RUN/torn" "$RUN"; } || fail "the checkout cannot be written down: it does not begin"; }

# Back to the code of before, whatever a checkout that died has left: its index says nothing of what it wrote, so what only
# the target has is taken into it and out again.
mend_tree() {
  rm -f "$APP/.git/index.lock" "$APP/.git/HEAD.lock"
  is_index_readable || rm -f "$APP/.git/index"
  check_out --force "$LIVE" || fail "git cannot put $LIVE back"
  has_no_changes || { check_out --force "$TARGET" && check_out --force "$LIVE"; } || fail "git cannot put $LIVE back"
}

# Git itself leaves them to the file system.
sync_git() { sync "$APP/.git/index" "$APP/.git/HEAD" "$APP/.git" || :; }

checkout() { # COMMIT
  if is_torn; then mend_tree
  else
    head=$(git -C "$APP" rev-parse HEAD) || fail "git does not answer"
    [ "$head" = "$LIVE" ] || [ "$head" = "$TARGET" ] || fail "the code is at $head: somebody has moved it meanwhile, and it stays there; after git checkout $LIVE this run can go on"
    # Since the recheck somebody may have worked here, and what git would leave alone we do not put back by force.
    has_no_changes --untracked-files=no || fail "the working tree has changes: nothing is checked out over them"
    [ ! -e "$APP/.git/index.lock" ] || fail "another git command holds index.lock"
  fi
  before=$(tree_now) || fail "git does not answer"
  mark_torn
  check_out --no-overwrite-ignore "$1" || {
    # Where git has refused, it has touched nothing, and what was in its way is somebody's.
    [ -e "$APP/.git/index.lock" ] || [ "$(tree_now)" != "$before" ] || rm -f "$RUN/torn"
    fail "git cannot check $1 out"
  }
  [ "$(git -C "$APP" rev-parse HEAD)" = "$1" ] || fail "the code is not at $1 after the checkout"
  has_no_changes --untracked-files=no || fail "the working tree has changes after the checkout"
  # A host that loses its power must not come back with empty files that git takes for whole, nor with an empty index.
  other=$LIVE
  [ "$1" != "$LIVE" ] || other=$TARGET
  git -C "$APP" diff --name-only -z --diff-filter=d "$other" "$1" | (cd "$APP" && xargs -0 -r sync --) || :
  sync_git
  rm -f "$RUN/torn"
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
  names_database || differs ".env names another database"
  oid=$(sql "SELECT oid FROM pg_database WHERE datname = current_database()") || differs "the database does not answer"
  [ "$oid" = "$DATABASE_OID" ] || differs "the database is another one"
  [ "$(applied_migrations)" = "$MIGRATIONS_NOW" ] || differs "the applied migrations are not the same"
  if [ -n "$TARGET" ]; then
    git -C "$APP" cat-file -e "$TARGET^{commit}" || differs "the target commit is gone"
    # Built aside, it has a mark that was written last; kept from before, it holds what it held when the plan was made.
    if [ -n "$ENVIRONMENT_PACKAGES" ]; then
      [ "$(packages_of "$ENVIRONMENT")" = "$ENVIRONMENT_PACKAGES" ] || differs "the kept environment is gone or was changed"
    else
      [ -e "$ENVIRONMENT/.rollback-bot-complete" ] || differs "the prepared environment is gone"
    fi
  fi
  if [ -n "$RESTORE_SHA256" ]; then
    copy_is_approved || differs "the copy of the backup is not the approved one"
  fi
  for unit in $STOP_UNITS; do
    for verb in stop start; do
      sudo -n -l systemctl "$verb" "$unit" >/dev/null || differs "the right to $verb $unit is gone"
    done
  done
}

step_stop() { stop_units; }
step_stop_again() { stop_units; }

# shellcheck disable=SC2016
dump_database() { # FILE
  umask 077
  with_env sh -c 'PGPASSWORD=$DJANGO_DB_PASSWORD; export PGPASSWORD
    exec pg_dump -h "$DJANGO_DB_HOST" -p "${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" --clean --if-exists --no-owner --no-privileges -Z 6 -f "$1" "$DJANGO_DB_NAME"' \
    pg_dump "$1.new" || { rm -f "$1.new"; fail "the safety backup cannot be written"; }
  is_complete "$1.new" || { rm -f "$1.new"; fail "the safety backup is not complete"; }
  sync "$1.new" || fail "the safety backup cannot be kept"
  mv "$1.new" "$1" || fail "the safety backup cannot be kept"
}

is_complete() { # FILE
  gzip -dc "$1" | tail -n 12 | grep -q 'PostgreSQL database dump complete'
}

step_safety_backup() {
  [ ! -e "$RUN/began-restore" ] || fail "the database is not the one from before any more"
  dump_database "$RUN/safety.sql.gz"
  remember_database
}

remember_database() {
  identity=$(database_identity) || fail "the database does not answer"
  durable "$RUN/database-before" "$identity"
}

# Between two attempts a unit may have come up, by systemd or by a person: what was entered since the last backup goes into
# one before anything is restored over it.
step_safety_again() {
  end_own_sessions
  case $(database_now) in
    before) dump_database "$RUN/safety.sql.gz" && remember_database ;;
    *) dump_database "$TRY/safety.sql.gz" ;;
  esac
}

step_checkout() {
  [ -e "$RUN/branch-before" ] || git -C "$APP" symbolic-ref --quiet --short HEAD >"$RUN/branch-before" || :
  checkout "$TARGET"
}

step_restore() {
  if [ ! -s "$RUN/safety.sql.gz" ] || [ ! -s "$RUN/database-before" ]; then fail "there is no safety backup: nothing is restored"; fi
  # Between the recheck and here lie a backup, and where people had to decide, hours.
  copy_is_approved || fail "the copy of the backup is not the approved one: nothing is restored"
  rm -f "$RUN/code-put-back-restore"
  end_own_sessions
  # What is entered since the safety backup is in no backup.
  ! unit=$(running_unit) || fail "$unit was started since the site was stopped, or systemd does not say: nothing is restored over what it writes"
  "$BIN/restore_db.sh" --site-slug "$SLUG" --file "$RUN/restore.sql.gz" --i-know-this-will-overwrite --no-restart || exit $?
  identity=$(database_identity) || fail "the database does not answer after the restore"
  [ "$identity" != "$(cat "$RUN/database-before")" ] || fail "restore_db.sh ended well, but the database is the old one"
  durable "$RUN/database-restored" "$identity"
  [ "$(applied_migrations)" = "$MIGRATIONS_RESTORED" ] || fail "the restored database does not have the backup's migrations"
}

# The old environment stays valid under its old path: going back is the same rename the other way round.
step_environment() {
  [ "$(readlink "$ROOT/venv")" != "$ENVIRONMENT" ] || return 0
  # An undo has to know whether what is kept is still what was live here.
  [ -e "$RUN/packages-before" ] || durable "$RUN/packages-before" "$(packages_of "$ROOT/venv")"
  if [ -e "$ROOT/venv" ] || [ -L "$ROOT/venv" ]; then mv -T "$ROOT/venv" "$RUN/venv-before"; fi || fail "the old environment cannot be moved aside"
  ln -s "$ENVIRONMENT" "$ROOT/venv" || fail "the new environment cannot be linked"
  sync "$ROOT"
}

step_static() { collect_static; }
# Whoever has started a unit since the stop has started it on half of the one and half of the other.
start_anew() {
  ! unit=$(running_unit) || { printf '%s was started since the site was stopped\n' "$unit" && stop_units; }
  start_units
}

step_start() { start_anew; }

step_healthy() {
  while :; do
    status=$(ask_health)
    [ "$status" = "${said:-}" ] || printf 'health answers %s\n' "$status"
    case " $GOOD_HEALTH " in *" $status "*) return 0 ;; esac
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
  if is_torn || [ "$(git -C "$APP" rev-parse HEAD)" != "$LIVE" ]; then checkout "$LIVE"; fi
  # On a branch again if it was on one, or the next deploy without a version fails. Both are one commit: only HEAD has to move,
  # which leaves alone what people have in index and tree, and nothing of it is worth a site that stays down.
  branch=$(cat "$RUN/branch-before" 2>/dev/null)
  [ -n "$branch" ] && [ "$(git -C "$APP" symbolic-ref --quiet --short HEAD)" != "$branch" ] || return 0
  [ "$(git -C "$APP" rev-parse "refs/heads/$branch")" = "$LIVE" ] || return 0
  git -C "$APP" -c core.hooksPath=/dev/null symbolic-ref HEAD "refs/heads/$branch" || printf 'the code is back, and not on its branch %s\n' "$branch"
  sync_git
}
step_put_back_environment() {
  if [ -e "$RUN/venv-before" ] || [ -L "$RUN/venv-before" ]; then
    if [ -L "$ROOT/venv" ]; then rm "$ROOT/venv" || fail "the new environment's link cannot be removed"; fi
    mv -T "$RUN/venv-before" "$ROOT/venv" || fail "the old environment cannot be put back"
    sync "$ROOT"
  fi
}
step_put_back_static() { collect_static; }
# What could not be stopped still runs as it was.
step_put_back_start() {
  if was_stopped; then start_anew; else start_units; fi
}
# The site was broken before, so any answer of its own will do; that it answers at all is what has to be seen.
step_put_back_answers() {
  until status=$(ask_health) && [ "$status" != 000 ]; do sleep 0.2; done
  printf 'the site answers with %s, as the code before does\n' "$status"
}

# Whether anybody has used the site since the safety backup cannot be told for sure: what is there now is kept.
step_put_back_keep() { dump_database "$TRY/safety.sql.gz"; }

# The safety backup as one transaction, like the backup before it: whatever is in the way goes first.
step_put_back_restore() {
  [ -s "$RUN/safety.sql.gz" ] || fail "there is no safety backup: the database stays as it is"
  end_own_sessions
  # What is entered since the copy that was kept is in no copy.
  ! unit=$(running_unit) || fail "$unit was started since the site was stopped, or systemd does not say: nothing is restored over what it writes"
  identity=$(database_identity) || fail "the database does not answer"
  [ -e "$RUN/database-restored" ] || durable "$RUN/database-restored" "$identity"
  umask 077
  {
    # A site's role that owns the schema public drops it as well, and no dump makes that one.
    printf '%s\n' 'BEGIN;' "SET LOCAL lock_timeout = '30s';" 'DROP OWNED BY CURRENT_USER CASCADE;' \
      "DO 'BEGIN IF to_regnamespace(''public'') IS NULL THEN CREATE SCHEMA public; END IF; END';"
    gzip -dc "$RUN/safety.sql.gz" | without_foreign_extensions
    printf 'COMMIT;\n'
  } | gzip -1 >"$RUN/put-back.sql.gz" || fail "the safety backup cannot be prepared"
  is_complete "$RUN/put-back.sql.gz" || fail "the safety backup cannot be read to its end"
  "$BIN/restore_db.sh" --site-slug "$SLUG" --file "$RUN/put-back.sql.gz" --i-know-this-will-overwrite --no-restart || exit $?
  rm -f "$RUN/put-back.sql.gz"
  [ "$(database_identity)" != "$identity" ] || fail "restore_db.sh ended well, but the database was not replaced"
  [ "$(applied_migrations)" = "$MIGRATIONS_NOW" ] || fail "the database does not have the migrations of before"
  remember_database
}

# Extensions of other roles stay where they are: the site's role may neither drop nor create them.
without_foreign_extensions() {
  [ -n "$FOREIGN_EXTENSIONS" ] || { cat; return; }
  names=$(printf '%s' "$FOREIGN_EXTENSIONS" | tr ' ' '|')
  LC_ALL=C sed -E -e '/^COPY .* FROM stdin;$/,/^\\\.$/b' \
    -e "/^(DROP EXTENSION( IF EXISTS)?|CREATE EXTENSION( IF NOT EXISTS)?|COMMENT ON EXTENSION) \"?($names)\"?[ ;]/d"
}

step_probe_stopped() {
  ! unit=$(running_unit) || fail "$unit runs, or systemd does not say"
}

step_probe_database() {
  end_own_sessions
  identity=$(database_identity) || exit 1
  [ "$identity" = "$(cat "$RUN/database-before")" ]
}
