# The site's database.

# A client of the site's database, psql or pg_dump, that logs in as .env says.
# shellcheck disable=SC2016
as_site_role() { # PROGRAM ARGUMENTS...
  with_env sh -c 'PGPASSWORD=$DJANGO_DB_PASSWORD; export PGPASSWORD
    exec "$@" -h "$DJANGO_DB_HOST" -p "${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME"' client "$@"
}

sql() { as_site_role env PGCONNECT_TIMEOUT=10 psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }

# Whether .env still names the database of the plan.
# shellcheck disable=SC2016
names_database() {
  [ "$(with_env sh -c 'printf "%s %s %s" "$DJANGO_DB_NAME" "$DJANGO_DB_HOST" "${DJANGO_DB_PORT:-5432}"')" = "$DATABASE" ]
}

# Which relations there are, by their ids: a committed restore makes new ones, one that was rolled back does not.
database_identity() {
  sql "SELECT md5(coalesce(string_agg(c.oid::text, ',' ORDER BY c.oid), '')) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
}

remember_database() {
  identity=$(database_identity) || fail "the database does not answer"
  durable "$RUN/database-before" "$identity"
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

is_complete() { # FILE
  gzip -dc "$1" | tail -n 12 | grep -q 'PostgreSQL database dump complete'
}

dump_database() { # FILE
  umask 077
  as_site_role pg_dump --clean --if-exists --no-owner --no-privileges -Z 6 -f "$1.new" ||
    { rm -f "$1.new"; fail "the safety backup cannot be written"; }
  is_complete "$1.new" || { rm -f "$1.new"; fail "the safety backup is not complete"; }
  sync "$1.new" || fail "the safety backup cannot be kept"
  mv "$1.new" "$1" || fail "the safety backup cannot be kept"
}

# A dump behind this, and COMMIT behind the dump, is restored as one transaction: whatever is in the way goes first. A site's
# role that owns the schema public drops it as well, and no dump makes that one.
restore_prologue() {
  printf '%s\n' 'BEGIN;' "SET LOCAL lock_timeout = '30s';" 'DROP OWNED BY CURRENT_USER CASCADE;' \
    "DO 'BEGIN IF to_regnamespace(''public'') IS NULL THEN CREATE SCHEMA public; END IF; END';"
}

# Extensions of other roles stay where they are: the site's role may neither drop nor create them.
without_foreign_extensions() {
  [ -n "$FOREIGN_EXTENSIONS" ] || { cat; return; }
  names=$(printf '%s' "$FOREIGN_EXTENSIONS" | tr ' ' '|')
  LC_ALL=C sed -E -e '/^COPY .* FROM stdin;$/,/^\\\.$/b' \
    -e "/^(DROP EXTENSION( IF EXISTS)?|CREATE EXTENSION( IF NOT EXISTS)?|COMMENT ON EXTENSION) \"?($names)\"?[ ;]/d"
}

# As far as this run goes it is the one from before; a person may have put another one in its place, and that has to be seen
# before anything is backed up or restored over it. A server that is away tells of nobody.
untouched_database() {
  if [ -s "$RUN/database-before" ]; then
    identity=$(database_identity) && [ "$identity" != "$(cat "$RUN/database-before")" ] && { echo other; return; }
  else
    rows=$(applied_migrations) && [ "$rows" != "$MIGRATIONS_NOW" ] && { echo other; return; }
  fi
  echo before
}

# A server may still be at work for a client that was killed: until that has ended nothing can be said.
database_now() {
  [ -e "$RUN/began-restore" ] || { untouched_database; return; }
  others=$(at_work) || { echo unknown; return; }
  [ "$others" = 0 ] || { echo unknown; return; }
  identity=$(database_identity) || { echo unknown; return; }
  rows=$(applied_migrations) || { echo unknown; return; }
  # Neither of the two that are known: a restore that was cut off before it could write down what it left.
  if [ "$identity" = "$(cat "$RUN/database-before")" ]; then echo before
  elif [ "$identity" = "$(cat "$RUN/database-restored" 2>/dev/null)" ]; then echo restored
  elif [ -e "$RUN/began-put-back-restore" ]; then
    if [ "$rows" = "$MIGRATIONS_NOW" ]; then echo before; else echo other; fi
  elif [ "$rows" = "$MIGRATIONS_RESTORED" ]; then echo restored
  else echo other; fi
}
