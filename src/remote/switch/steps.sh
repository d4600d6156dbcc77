# The steps of a plan, in the runbook's order.

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

step_safety_backup() {
  [ ! -e "$RUN/began-restore" ] || fail "the database is not the one from before any more"
  dump_database "$RUN/safety.sql.gz"
  remember_database
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

# A unit that dies a moment after each start answers in between.
step_stable() {
  for unit in $START_UNITS; do lives "$unit"; done >"$RUN/lives-before" || fail "systemd does not answer"
  sleep 4
  for unit in $START_UNITS; do lives "$unit"; done | diff "$RUN/lives-before" - || fail "a unit does not stay up"
  for unit in $START_UNITS; do
    [ "$(systemctl is-active "$unit")" = active ] || fail "$unit is not active"
  done
}
