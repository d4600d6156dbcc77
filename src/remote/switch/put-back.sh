# The failure clause: back to the previous code and environment, where the database is proven unchanged.

was_stopped() {
  for one in stop stop-again put-back-stop; do
    [ "$(cat "$RUN/code-$one" 2>/dev/null)" != 0 ] || return 0
  done
  return 1
}

step_put_back_stop() { stop_units; }

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
    restore_prologue
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

step_probe_stopped() {
  ! unit=$(running_unit) || fail "$unit runs, or systemd does not say"
}

step_probe_database() {
  end_own_sessions
  identity=$(database_identity) || exit 1
  [ "$identity" = "$(cat "$RUN/database-before")" ]
}

database_unchanged() {
  [ -e "$RUN/began-restore" ] || return 0
  # A restore that ended well was seen to change it. Asking again would end the sessions of a site that runs by then.
  # One that was put back since then wrote down what it left.
  [ "$(cat "$RUN/code-restore" 2>/dev/null)" != 0 ] || [ "$(cat "$RUN/code-put-back-restore" 2>/dev/null)" = 0 ] || return 1
  with_deadline 60 probe-database >>"$TRY/log" 2>&1
}

runs_again() {
  [ ! -e "$RUN/began-start" ] || return 0
  was_stopped || return 1
  ! with_deadline 60 probe-stopped >>"$TRY/log" 2>&1
}

put_back_code() {
  # collectstatic compares whole seconds: what is put back within that of the target's static files would be passed over.
  [ ! -e "$RUN/began-static" ] || sleep 1.1
  [ -z "$TARGET" ] || deadline_step put-back-checkout 60 || return 1
  [ -z "$TARGET" ] || deadline_step put-back-environment 30 || return 1
  [ ! -e "$RUN/began-static" ] || deadline_step put-back-static 300 || return 1
  deadline_step put-back-start 200 && deadline_step put-back-answers 60
}

# The failure clause. What was stopped may run again: by our own start, a reboot, or a person. What could not be stopped need not
# be, because nothing has been changed under it.
put_back() {
  ! runs_again || deadline_step put-back-stop "$(deadline_of stop)" || return 1
  put_back_code
}
