# After a decision: the same steps once more, without the one that failed, or back to what was before. Each is an attempt
# with a directory of its own inside the run's, so that it begins once like the first one.

# Between the stop and the decision people may have worked here: only what this run left may be gone on from.
step_decide_recheck() {
  # What is asked below is told by what the run has left in its directory.
  [ -e "$RUN/began-stop" ] || differs "the run's directory does not know any more what was done: somebody has cleared it away"
  head=$(git -C "$APP" rev-parse HEAD) || differs "git does not answer"
  [ "$head" = "$LIVE" ] || [ "$head" = "$TARGET" ] || differs "the code is at $head: somebody has moved it; after git checkout $LIVE this run can go on"
  is_torn || is_index_readable || fail "git cannot read $APP/.git/index; after rm $APP/.git/index && git -C $APP reset --quiet this run can go on"
  is_torn || has_no_changes --untracked-files=no || differs "the working tree has changes"
  names_database || differs ".env names another database"
  case $(environment_now) in other) differs "venv is neither the old nor the new environment" ;; esac
  case $(database_now) in other) differs "the database is neither the old nor the restored one" ;; esac
}

step_stop_again() { stop_units; }

# Between two attempts a unit may have come up, by systemd or by a person: what was entered since the last backup goes into
# one before anything is restored over it.
step_safety_again() {
  end_own_sessions
  case $(database_now) in
    before) dump_database "$RUN/safety.sql.gz" && remember_database ;;
    *) dump_database "$TRY/safety.sql.gz" ;;
  esac
}

# A restore that comes again comes after a backup that is as new as it.
safety_first() { # STEPS
  case $1 in
    *safety-backup:*) ;;
    *restore:*) printf 'safety-again:%s\n' "$(deadline_of safety-backup)" ;;
  esac
  printf '%s\n' "$1"
}

go_back() {
  deadline_step put-back-stop "$(deadline_of stop)" || return 1
  if ! database_unchanged; then
    # Whoever cancels while the database that would be replaced is still there wants to keep it.
    not_cancelled put-back-keep && deadline_step put-back-keep "$(deadline_of safety-backup)" || return 1
    not_cancelled put-back-restore && deadline_step put-back-restore "$(deadline_of restore)" || return 1
  fi
  put_back_code
}

# shellcheck disable=SC2046
continue_run() { # retry|skip|go-back STEP
  begin
  exec 7>>"$RUN/alive"
  if ! flock -n 7; then
    printf 'a program of an earlier attempt is still alive\n' >>"$TRY/log"
    finish untouched alive 13 "nothing was done: a program of an earlier attempt is still alive"
    return
  fi
  take_lock || return 0
  if ! deadline_step decide-recheck 120; then
    finish untouched decide-recheck "$STEP_CODE" "nothing was done: somebody has changed the site since it stopped, or what is there cannot be told (see the log)"
    return
  fi
  case $1 in
    # Whatever runs by now, after a reboot or by hand, may be half of the one and half of the other: nothing is changed under
    # it. And what does not become healthy or stay up is started anew, because to look at it once more would help nobody.
    retry)
      case $2 in
        stop) run_steps $(steps_from stop) ;;
        start | healthy | stable) run_steps "stop-again:$(deadline_of stop)" $(steps_from start) ;;
        *) run_steps "stop-again:$(deadline_of stop)" $(safety_first "$(steps_from "$2")") ;;
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
        finish hold "$STEP_NAME" "$STEP_CODE" "stopped: going back ended at $STEP_NAME; a person has to decide"
      fi
      ;;
  esac
}
