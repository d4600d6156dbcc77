# The switch: everything from the first stop to the first healthy answer, as one detached program on the host.
# It needs no network and waits for nobody. Its values stand above; workers only read what it writes into the directory
# of the attempt, which is the run's own for the first one:
#
#   started   exists once it has begun; a second start finds it and ends        journal  one line per step begun or ended
#   alive     locked as long as it or anything that it started lives            log      output of the steps
#   result    how it ended: outcome, step, exit code                            STATE    the same for a person on the host
#   cancel    put there by others: no further step is begun
#
# usage: PROGRAM run RUN_DIRECTORY | PROGRAM continue RUN_DIRECTORY ATTEMPT_DIRECTORY retry|skip|go-back STEP
#        PROGRAM look RUN_DIRECTORY | PROGRAM step NAME RUN_DIRECTORY ATTEMPT_DIRECTORY

# EX_CANTCREAT of sysexits.h: the step did not begin, because that could not be written down.
UNMARKED=73

journal() { # KIND NAME CODE
  printf '%s\t%s\t%s\t%s\t%s\n' "$(date +%s%3N)" "$1" "$2" "$3" "$(stat -c %s "$TRY/log")" >>"$TRY/journal" && sync "$TRY/journal"
}

state() { # SENTENCE
  durable "$RUN/STATE" "rollback-bot, run $(basename "$RUN"), $SITE, $MODE rollback
$(date -u +%Y-%m-%dT%H:%M:%SZ)  $1

previous code   $LIVE
target code     ${TARGET:-stays as it is}
steps           $TRY/journal, their output in $TRY/log
safety backup   $(if [ -e "$RUN/safety.sql.gz" ]; then printf '%s' "$RUN/safety.sql.gz"; else printf 'none was made'; fi)
old environment $(if [ -e "$RUN/venv-before" ]; then printf '%s' "$RUN/venv-before"; else printf 'in its place'; fi)"
}

# `timeout` leads a process group, and is done with its own child: whatever else that has left alive goes as well, before
# anything is put back beside it.
with_deadline() { # SECONDS NAME
  timeout -k 10 "$1" "$SHELL_NOW" "$0" step "$2" "$RUN" "$TRY" </dev/null &
  watched=$!
  wait "$watched"
  watched_code=$?
  [ "$watched_code" -lt 124 ] || kill -s KILL -- "-$watched" 2>/dev/null || :
  return "$watched_code"
}

deadline_step() { # NAME SECONDS
  STEP_NAME=$1 STEP_CODE=$UNMARKED
  # What is not marked as begun has not happened, as far as the failure clause knows: it must not happen then.
  touch "$RUN/began-$1" 2>>"$TRY/log" || return
  rm -f "$RUN/code-$1"
  journal begin "$1" 0
  state "now: $1"
  with_deadline "$2" "$1" >>"$TRY/log" 2>&1
  STEP_CODE=$?
  durable "$RUN/code-$1" "$STEP_CODE"
  journal end "$1" "$STEP_CODE"
  return "$STEP_CODE"
}

finish() { # OUTCOME STEP CODE SENTENCE
  rm -f "$TRY/reserve" "$TRY/last-words"
  state "$4"
  durable "$TRY/result" "$1 $2 $3"
  journal finish "$1" "$3"
}

database_unchanged() {
  [ -e "$RUN/began-restore" ] || return 0
  # A restore that ended well was seen to change it. Asking again would end the sessions of a site that runs by then.
  # One that was put back since then wrote down what it left.
  [ "$(cat "$RUN/code-restore" 2>/dev/null)" != 0 ] || [ "$(cat "$RUN/code-put-back-restore" 2>/dev/null)" = 0 ] || return 1
  with_deadline 60 probe-database >>"$TRY/log" 2>&1
}

# The failure clause. What was stopped may run again: by our own start, a reboot, or a person. What could not be stopped need not
# be, because nothing has been changed under it.
put_back() {
  ! runs_again || deadline_step put-back-stop "$(deadline_of stop)" || return 1
  put_back_code
}

runs_again() {
  [ ! -e "$RUN/began-start" ] || return 0
  was_stopped || return 1
  ! with_deadline 60 probe-stopped >>"$TRY/log" 2>&1
}

was_stopped() {
  for one in stop stop-again put-back-stop; do
    [ "$(cat "$RUN/code-$one" 2>/dev/null)" != 0 ] || return 0
  done
  return 1
}

put_back_code() {
  # collectstatic compares whole seconds: what is put back within that of the target's static files would be passed over.
  [ ! -e "$RUN/began-static" ] || sleep 1.1
  [ -z "$TARGET" ] || deadline_step put-back-checkout 60 || return 1
  [ -z "$TARGET" ] || deadline_step put-back-environment 30 || return 1
  [ ! -e "$RUN/began-static" ] || deadline_step put-back-static 300 || return 1
  deadline_step put-back-start 200 && deadline_step put-back-answers 60
}

deadline_of() { # NAME
  printf '%s\n' "$STEPS" | tr ' ' '\n' | sed -n "s/^$1://p"
}

not_cancelled() { # NAME
  [ -e "$TRY/cancel" ] || return 0
  STEP_NAME=$1 STEP_CODE=130
  printf 'cancelled before %s\n' "$1" >>"$TRY/log"
  return 1
}

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

# Once, and alone: a second start of this attempt ends here without a word.
begin() {
  mkdir -p "$TRY" && exec 8>>"$TRY/alive" && flock -n 8 || exit 0
  (set -C && printf '%s\n' "$(cat /proc/sys/kernel/random/boot_id)" >"$TRY/started") 2>/dev/null || exit 0
  sync "$TRY/started" "$TRY"
  : >>"$TRY/log"
  # Room for the failure clause and for the last words: how it ended has to be known also where a step has filled the disk.
  head -c 65536 /dev/zero >"$TRY/reserve" || :
  head -c 32768 /dev/zero >"$TRY/last-words" || :
}

take_lock() {
  if ! (: >>"$ROOT/deploy.lock"); then
    printf '%s cannot be opened\n' "$ROOT/deploy.lock" >>"$TRY/log"
    finish untouched lock 12 "ended: nothing was changed, because the deploy lock cannot be opened"
    return 1
  fi
  exec 9>>"$ROOT/deploy.lock"
  flock -n 9 && return
  printf 'another deploy holds %s\n' "$ROOT/deploy.lock" >>"$TRY/log"
  journal begin lock 0
  journal end lock 11
  finish untouched lock 11 "ended: nothing was changed, because another deploy holds the lock"
  return 1
}

# shellcheck disable=SC2086
main() {
  begin
  take_lock || return 0
  run_steps $STEPS
}

case ${1:-} in
  run) RUN=$2 TRY=$2 && main ;;
  continue) RUN=$2 TRY=$3 && continue_run "$4" "$5" ;;
  look) RUN=$2 TRY=$2 && look ;;
  step) RUN=$3 TRY=$4 && "step_$(printf %s "$2" | tr - _)" ;;
  *) echo "usage: $0 run RUN_DIRECTORY" >&2 && exit 2 ;;
esac
