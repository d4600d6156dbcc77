# The site's database: how it is asked, dumped and restored, and which database is there now.

# Runs psql or pg_dump, logged in as .env says.
# shellcheck disable=SC2016
as_site_role() { # PROGRAM ARGUMENTS...
  with_env sh -c 'PGPASSWORD=$DJANGO_DB_PASSWORD; export PGPASSWORD
    exec "$@" -h "$DJANGO_DB_HOST" -p "${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME"' client "$@"
}

sql() { as_site_role env PGCONNECT_TIMEOUT=10 psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }

# Whether .env still names the database of the plan.
# shellcheck disable=SC2016
env_names_database() {
  [ "$(with_env sh -c 'printf "%s %s %s" "$DJANGO_DB_NAME" "$DJANGO_DB_HOST" "${DJANGO_DB_PORT:-5432}"')" = "$DATABASE" ]
}

# The ids of all relations, as one hash. A restore that was committed makes new relations; one that was rolled back doesn't.
database_identity() {
  sql "SELECT md5(coalesce(string_agg(c.oid::text, ',' ORDER BY c.oid), '')) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
}

remember_database() {
  identity=$(database_identity) || fail "the database does not answer"
  write_durably "$RUN/database-before" "$identity"
}

applied_migrations() {
  rows=$(sql "SELECT app || '.' || name FROM django_migrations") || return 1
  printf '%s\n' "$rows" | LC_ALL=C sort -u | sha256sum | cut -c1-64
}

# How many statements of our psql clients the server is still running, in sessions that began before TIME. The clients
# themselves may have been killed.
busy_sessions() { # [TIME]
  sql "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'psql' AND state <> 'idle' AND backend_start < '${1:-infinity}'"
}

# Ends what a killed restore may have left running on the server, so that nobody looks at a database that still changes. The
# server gets five seconds for each statement; one that is committing runs to its end. New sessions that begin
# in the meantime, such as a job that runs every second, don't count.
end_own_sessions() {
  asked_at=$(sql "SELECT clock_timestamp()") || fail "the database does not answer"
  for _ in 1 2 3 4 5 6; do
    sql "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()" >/dev/null || fail "the database does not answer"
    busy=$(busy_sessions "$asked_at") || fail "the database does not answer"
    [ "$busy" != 0 ] || return 0
    sleep 1
  done
  fail "the database is still running a psql statement of the site's role: its result is unknown"
}

copy_is_approved() {
  printf '%s  %s\n' "$RESTORE_SHA256" "$RUN/restore.sql.gz" | sha256sum -c --quiet -
}

is_complete() { # FILE
  gzip -dc "$1" | tail -n 12 | grep -q 'PostgreSQL database dump complete'
}

dump_database() { # FILE
  umask 077
  as_site_role pg_dump --clean --if-exists --no-owner -Z 6 -f "$1.new" ||
    { rm -f "$1.new"; fail "the safety backup cannot be written"; }
  is_complete "$1.new" || { rm -f "$1.new"; fail "the safety backup is not complete"; }
  sync "$1.new" || fail "the safety backup cannot be kept"
  mv "$1.new" "$1" || fail "the safety backup cannot be kept"
}

# The platform's own script replays a dump. It must not start the site.
restore_dump() { # FILE
  "$BIN/restore_db.sh" --site-slug "$SLUG" --file "$1" --i-know-this-will-overwrite --no-restart || exit $?
}

# Makes the copy of a dump of ours that can be replayed: one transaction, without what other roles own.
put_back_copy() { # FROM TO
  python3 -I -c "$PUT_BACK_COPY" "$LEFT_ALONE" "$DATABASE_ROLE" "$1" "$2"
}

# This run has restored nothing yet, so the database should be the original one. But a person may have replaced or migrated
# it, and the run must notice that before it backs up or restores anything. A server that is down says nothing about that.
database_before_restore() {
  if [ -s "$RUN/database-before" ]; then
    identity=$(database_identity) && [ "$identity" != "$(cat "$RUN/database-before")" ] && { echo other; return; }
  else
    rows=$(applied_migrations) && [ "$rows" != "$MIGRATIONS_NOW" ] && { echo other; return; }
  fi
  echo before
}

# before, restored, other or unknown. While the server still runs a statement of a killed client, the answer is unknown.
database_now() {
  [ -e "$RUN/began-restore" ] || { database_before_restore; return; }
  busy=$(busy_sessions) || { echo unknown; return; }
  [ "$busy" = 0 ] || { echo unknown; return; }
  identity=$(database_identity) || { echo unknown; return; }
  rows=$(applied_migrations) || { echo unknown; return; }
  if [ "$identity" = "$(cat "$RUN/database-before")" ]; then echo before
  elif [ "$identity" = "$(cat "$RUN/database-restored" 2>/dev/null)" ]; then echo restored
  # Neither of the two known ones: a restore was cut off before it could write down what it left. The migrations decide.
  elif [ -e "$RUN/began-put-back-restore" ]; then
    if [ "$rows" = "$MIGRATIONS_NOW" ]; then echo before; else echo other; fi
  elif [ "$rows" = "$MIGRATIONS_RESTORED" ]; then echo restored
  else echo other; fi
}
