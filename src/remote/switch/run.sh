# A run: the steps of its plan, one after the other, and what follows when one fails.

run_steps() { # NAME:SECONDS...
  for entry in "$@"; do
    name=${entry%%:*}
    not_cancelled "$name" && deadline_step "$name" "${entry#*:}" && continue
    code=$STEP_CODE
    # Whatever has filled the disk, the failure clause needs some of it.
    rm -f "$TRY/reserve"
    if [ ! -e "$RUN/began-stop" ]; then
      finish untouched "$name" "$code" "ended: nothing was changed, because it was cancelled, or something is no longer as it was approved (see the log)"
    elif ! database_unchanged; then
      finish hold "$name" "$code" "stopped at $name: the database is restored or its state is unknown, so nothing was put back; a person has to decide"
    elif put_back; then
      finish put-back "$name" "$code" "ended: $name failed; the previous code and environment are back and the site answers; the database is unchanged"
    else
      finish hold "$name" "$code" "stopped: $name failed and putting the previous code back failed too; the database is unchanged; a person has to decide"
    fi
    return
  done
  finish "done" stable 0 "ended well: the site answers its health check"
}

# shellcheck disable=SC2086
main() {
  begin
  take_lock || return 0
  run_steps $STEPS
}
