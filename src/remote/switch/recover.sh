# After a person's decision: retry the step that failed, skip it, or go back to what was there before. Each decision is an
# attempt with its own directory inside the run's, so that it begins only once, like the first attempt.

# People may have worked here between the stop and the decision. The program only continues from a state that this run left.
step_decide_recheck() {
  # Everything below compares with what the run wrote into its directory.
  [ -e "$RUN/began-stop" ] || differs "the run's directory no longer says what was done: someone has cleared it out"
  head=$(git -C "$APP" rev-parse HEAD) || differs "git does not answer"
  [ "$head" = "$LIVE" ] || [ "$head" = "$TARGET" ] || differs "the code is at $head: someone has moved it; this run can continue after git checkout $LIVE"
  is_torn || is_index_readable || fail "git cannot read $APP/.git/index; this run can continue after rm $APP/.git/index && git -C $APP reset --quiet"
  is_torn || has_no_changes --untracked-files=no || differs "the working tree has changes"
  env_names_database || differs ".env names another database"
  case $(environment_now) in other) differs "venv is neither the previous nor the new environment" ;; esac
  case $(database_now) in other) differs "the database is neither the original nor the restored one" ;; esac
}

step_stop_again() { stop_units; }

# A unit may have come up between two attempts, started by systemd or by a person. What people entered since the last backup
# goes into a new one before anything is restored over it.
step_safety_again() {
  end_own_sessions
  case $(database_now) in
    before) dump_database "$RUN/safety.sql.gz" && remember_database ;;
    *) dump_database "$TRY/safety.sql.gz" ;;
  esac
}

# If the steps restore the database again, they begin with a new safety backup.
with_new_safety_backup() { # STEPS
  case $1 in
    *safety-backup:*) ;;
    *restore:*) printf 'safety-again:%s\n' "$(deadline_of safety-backup)" ;;
  esac
  printf '%s\n' "$1"
}

# The decision to go back. Unlike the failure clause (undo_switch in put-back.sh) it replaces a restored database as well.
go_back() {
  take_step put-back-stop "$(deadline_of stop)" || return 1
  if ! database_unchanged; then
    # Someone who cancels before the restored database is replaced wants to keep it.
    not_cancelled put-back-keep && take_step put-back-keep "$(deadline_of safety-backup)" || return 1
    not_cancelled put-back-restore && take_step put-back-restore "$(deadline_of restore)" || return 1
  fi
  put_back_code
}

# shellcheck disable=SC2046
continue_run() { # retry|skip|go-back STEP
  begin_attempt
  exec 7>>"$RUN/alive"
  if ! flock -n 7; then
    printf 'the program of an earlier attempt is still running\n' >>"$TRY/log"
    finish untouched alive 13 "nothing was done: the program of an earlier attempt is still running"
    return
  fi
  take_deploy_lock || return 0
  if ! take_step decide-recheck 120; then
    finish untouched decide-recheck "$STEP_CODE" "nothing was done: someone has changed the site since it stopped, or its state is unknown (see the log)"
    return
  fi
  case $1 in
    # A site that is running by now, after a reboot or by hand, may have loaded half of the old code and half of the new. So
    # it is stopped before anything changes. A site that does not get healthy or stay up is restarted: looking again at the
    # same processes would help nobody.
    retry)
      case $2 in
        stop) run_steps $(steps_from stop) ;;
        start | healthy | stable) run_steps "stop-again:$(deadline_of stop)" $(steps_from start) ;;
        *) run_steps "stop-again:$(deadline_of stop)" $(with_new_safety_backup "$(steps_from "$2")") ;;
      esac
      ;;
    skip)
      case $2 in
        healthy | stable) run_steps $(steps_from "$2" | tail -n +2) ;;
        *) run_steps "stop-again:$(deadline_of stop)" $(steps_from "$2" | tail -n +2) ;;
      esac
      ;;
    go-back)
      if go_back; then
        finish put-back go-back 0 "ended: the previous code, environment and database are back and the site answers"
      else
        finish hold "$STEP_NAME" "$STEP_CODE" "stopped: going back failed at $STEP_NAME; someone has to decide"
      fi
      ;;
  esac
}
