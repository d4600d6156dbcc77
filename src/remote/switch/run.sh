# A run: it takes the steps of its plan one after the other, and decides what happens if one of them fails.

run_steps() { # NAME:SECONDS...
  for entry in "$@"; do
    name=${entry%%:*}
    not_cancelled "$name" && take_step "$name" "${entry#*:}" && continue
    code=$STEP_CODE
    # The disk may be full, and the failure clause needs some room.
    rm -f "$TRY/reserve"
    if [ ! -e "$RUN/began-stop" ]; then
      finish untouched "$name" "$code" "ended: nothing was changed, because it was cancelled or something is no longer as approved (see the log)"
    elif ! database_unchanged; then
      finish hold "$name" "$code" "stopped at $name: the database is restored or its state is unknown, so nothing was put back; someone has to decide"
    elif undo_switch; then
      finish put-back "$name" "$code" "ended: $name failed; the previous code and environment are back and the site answers; the database is unchanged"
    else
      finish hold "$name" "$code" "stopped: $name failed and putting the previous code back failed too; the database is unchanged; someone has to decide"
    fi
    return
  done
  finish "done" stable 0 "succeeded: the site answers its health check"
}

# shellcheck disable=SC2086
run_plan() {
  begin_attempt
  take_deploy_lock || return 0
  run_steps $STEPS
}
