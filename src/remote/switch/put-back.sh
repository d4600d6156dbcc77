# Putting back what a run has changed. Three names that must not be mixed up:
#
#   put-back-*   steps. Each one undoes one thing. Both of the following take them.
#   undo_switch  the failure clause: a step failed, and the database is proven to be unchanged. The program itself puts the
#                previous code and environment back and starts the site. It asks nobody and never touches the database.
#   go_back      a person's decision after a stop (in recover.sh). It replaces the restored database as well.

step_put_back_stop() { stop_units; }

# Someone may have used the site since the safety backup. Nobody can tell for sure, so what is there now is kept.
step_put_back_keep() { dump_database "$TRY/safety.sql.gz"; }

# Restores the safety backup in one transaction, just as the backup before it was restored.
step_put_back_restore() {
  [ -s "$RUN/safety.sql.gz" ] || fail "there is no safety backup: the database stays as it is"
  end_own_sessions
  refuse_restore_while_running
  identity=$(database_identity) || fail "the database does not answer"
  [ -e "$RUN/database-restored" ] || write_durably "$RUN/database-restored" "$identity"
  put_back_copy "$RUN/safety.sql.gz" "$RUN/put-back.sql.gz" || exit 1
  is_complete "$RUN/put-back.sql.gz" || fail "the safety backup cannot be read to its end"
  restore_dump "$RUN/put-back.sql.gz"
  rm -f "$RUN/put-back.sql.gz"
  [ "$(database_identity)" != "$identity" ] || fail "restore_db.sh succeeded, but the database was not replaced"
  [ "$(applied_migrations)" = "$MIGRATIONS_NOW" ] || fail "the database does not have its original migrations"
  remember_database
}

step_put_back_checkout() {
  if is_torn || [ "$(git -C "$APP" rev-parse HEAD)" != "$LIVE" ]; then check_out "$LIVE"; fi
  # If the site was on a branch, it goes back onto it: otherwise the next deploy without a version would fail. Branch and
  # commit are the same, so only HEAD moves; index and tree, with what people have in them, stay. If it doesn't work, the
  # site still starts.
  put_submodule_branches_back
  branch=$(cat "$RUN/branch-before" 2>/dev/null)
  [ -n "$branch" ] && [ "$(git -C "$APP" symbolic-ref --quiet --short HEAD)" != "$branch" ] || return 0
  [ "$(git -C "$APP" rev-parse "refs/heads/$branch")" = "$LIVE" ] || return 0
  git -C "$APP" -c core.hooksPath=/dev/null symbolic-ref HEAD "refs/heads/$branch" || printf 'the code is back, but not on its branch %s\n' "$branch"
  sync_git
}

step_put_back_environment() {
  if [ -e "$RUN/venv-before" ] || [ -L "$RUN/venv-before" ]; then
    if [ -L "$ROOT/venv" ]; then rm "$ROOT/venv" || fail "the link to the new environment cannot be removed"; fi
    mv -T "$RUN/venv-before" "$ROOT/venv" || fail "the previous environment cannot be put back"
    sync "$ROOT"
  fi
}

step_put_back_static() { collect_static; }

was_stopped() {
  for one in stop stop-again put-back-stop; do
    [ "$(cat "$RUN/code-$one" 2>/dev/null)" != 0 ] || return 0
  done
  return 1
}

# A site that could not be stopped still runs as before and needs no fresh start.
step_put_back_start() {
  if was_stopped; then start_fresh; else start_units; fi
}

# The site may have been broken before the run, so any answer will do: only silence is a failure.
step_put_back_answers() {
  until status=$(ask_health) && [ "$status" != 000 ]; do sleep 0.2; done
  printf 'the site answers %s with the previous code\n' "$status"
}

step_probe_stopped() {
  ! unit=$(running_unit) || fail "$unit is running, or systemd doesn't say"
}

step_probe_database() {
  end_own_sessions
  identity=$(database_identity) || exit 1
  [ "$identity" = "$(cat "$RUN/database-before")" ]
}

database_unchanged() {
  [ -e "$RUN/began-restore" ] || return 0
  # A restore that succeeded has changed the database: the step saw it. Asking again would end the sessions of a site that
  # may be running by now. Only if the safety backup was put back since then is it worth asking.
  [ "$(cat "$RUN/code-restore" 2>/dev/null)" != 0 ] || [ "$(cat "$RUN/code-put-back-restore" 2>/dev/null)" = 0 ] || return 1
  with_deadline 60 probe-database >>"$TRY/log" 2>&1
}

runs_again() {
  [ ! -e "$RUN/began-start" ] || return 0
  was_stopped || return 1
  ! with_deadline 60 probe-stopped >>"$TRY/log" 2>&1
}

put_back_code() {
  # collectstatic compares whole seconds. Files that are put back within the same second as the target's would be skipped.
  [ ! -e "$RUN/began-static" ] || sleep 1.1
  [ -z "$TARGET" ] || take_step put-back-checkout 60 || return 1
  [ -z "$TARGET" ] || take_step put-back-environment 30 || return 1
  [ ! -e "$RUN/began-static" ] || take_step put-back-static 300 || return 1
  take_step put-back-start 200 && take_step put-back-answers 60
}

# The failure clause. A stopped site may be running again: this program, a reboot or a person may have started it. Then it is
# stopped first. A site that could not be stopped doesn't need that: nothing was changed under it.
undo_switch() {
  ! runs_again || take_step put-back-stop "$(deadline_of stop)" || return 1
  put_back_code
}
