# The steps of a plan, in the runbook's order.

# Asks again for the facts that people approved, right before the first change.
step_recheck() {
  head=$(git -C "$APP" rev-parse HEAD) || differs "git does not answer"
  [ "$head" = "$LIVE" ] || differs "the code is at $head and not at $LIVE"
  changes=$(changes_now) || differs "git does not answer"
  [ -z "$changes" ] || differs "the working tree has changes"
  [ ! -e "$APP/.git/index.lock" ] || differs "another git command holds index.lock"
  env_names_database || differs ".env names another database"
  oid=$(sql "SELECT oid FROM pg_database WHERE datname = current_database()") || differs "the database does not answer"
  [ "$oid" = "$DATABASE_OID" ] || differs "the database is a different one"
  [ "$(applied_migrations)" = "$MIGRATIONS_NOW" ] || differs "the applied migrations are different"
  if [ -n "$TARGET" ]; then
    git -C "$APP" cat-file -e "$TARGET^{commit}" || differs "the target commit is gone"
    # A kept environment must hold what it held when the plan was made. One that the bot built has a mark, written last.
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
  [ ! -e "$RUN/began-restore" ] || fail "the database is no longer the original one"
  dump_database "$RUN/safety.sql.gz"
  remember_database
}

step_checkout() {
  [ -e "$RUN/branch-before" ] || git -C "$APP" symbolic-ref --quiet --short HEAD >"$RUN/branch-before" || :
  [ -e "$RUN/submodule-branches" ] || submodule_branches >"$RUN/submodule-branches" || :
  check_out "$TARGET"
}

step_restore() {
  if [ ! -s "$RUN/safety.sql.gz" ] || [ ! -s "$RUN/database-before" ]; then fail "there is no safety backup: nothing is restored"; fi
  # A whole backup was made since the recheck. If people had to decide, hours have passed.
  copy_is_approved || fail "the copy of the backup is not the approved one: nothing is restored"
  rm -f "$RUN/code-put-back-restore"
  end_own_sessions
  refuse_restore_while_running
  restore_dump "$RUN/restore.sql.gz"
  identity=$(database_identity) || fail "the database does not answer after the restore"
  [ "$identity" != "$(cat "$RUN/database-before")" ] || fail "restore_db.sh succeeded, but the database is still the original one"
  write_durably "$RUN/database-restored" "$identity"
  [ "$(applied_migrations)" = "$MIGRATIONS_RESTORED" ] || fail "the restored database does not have the backup's migrations"
}

# The previous environment is moved, not copied, and works only under its old path. Going back moves it to that path again.
step_environment() {
  [ "$(readlink "$ROOT/venv")" != "$ENVIRONMENT" ] || return 0
  # An undo compares this with what is kept: is it still what was live here?
  [ -e "$RUN/packages-before" ] || write_durably "$RUN/packages-before" "$(packages_of "$ROOT/venv")"
  if [ -e "$ROOT/venv" ] || [ -L "$ROOT/venv" ]; then mv -T "$ROOT/venv" "$RUN/venv-before"; fi || fail "the previous environment cannot be moved aside"
  ln -s "$ENVIRONMENT" "$ROOT/venv" || fail "the new environment cannot be linked"
  sync "$ROOT"
}

step_static() { collect_static; }

step_start() { start_fresh; }

step_healthy() {
  while :; do
    status=$(ask_health)
    [ "$status" = "${last:-}" ] || printf 'health answers %s\n' "$status"
    case " $GOOD_HEALTH " in *" $status "*) return 0 ;; esac
    last=$status
    sleep 0.2
  done
}

# A unit that dies shortly after every start still answers in between. So this watches whether it stays up.
step_stable() {
  for unit in $START_UNITS; do unit_life "$unit"; done >"$RUN/lives-before" || fail "systemd does not answer"
  sleep 4
  for unit in $START_UNITS; do unit_life "$unit"; done | diff "$RUN/lives-before" - || fail "a unit does not stay up"
  for unit in $START_UNITS; do
    [ "$(systemctl is-active "$unit")" = active ] || fail "$unit is not active"
  done
}
