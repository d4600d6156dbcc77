# One attempt of a run: the directory that it writes to, the deploy lock that it holds, and how it takes one step.

# Exit code when the program can't write down that a step begins. It is EX_CANTCREAT of sysexits.h.
UNMARKED=73

journal() { # KIND NAME CODE
  printf '%s\t%s\t%s\t%s\t%s\n' "$(date +%s%3N)" "$1" "$2" "$3" "$(stat -c %s "$TRY/log")" >>"$TRY/journal" && sync "$TRY/journal"
}

# For a person on the host: what the run is doing, or how it ended, and where everything is.
write_state() { # SENTENCE
  write_durably "$RUN/STATE" "rollback-bot, run $(basename "$RUN"), $SITE, $MODE rollback
$(date -u +%Y-%m-%dT%H:%M:%SZ)  $1

previous code   $LIVE
target code     ${TARGET:-unchanged}
steps           $TRY/journal, output in $TRY/log
safety backup   $(if [ -e "$RUN/safety.sql.gz" ]; then printf '%s' "$RUN/safety.sql.gz"; else printf 'none'; fi)
previous venv   $(if [ -e "$RUN/venv-before" ]; then printf '%s' "$RUN/venv-before"; else printf 'still in place'; fi)"
}

deadline_of() { # NAME
  printf '%s\n' "$STEPS" | tr ' ' '\n' | sed -n "s/^$1://p"
}

steps_from() { # NAME
  printf '%s\n' "$STEPS" | tr ' ' '\n' | sed -n "/^$1:/,\$p"
}

# Runs a step as a program of its own. `timeout` leads a process group and only waits for its own child, so after a step that
# took too long this kills the rest of the group: nothing of it may work on the site while the code is put back.
with_deadline() { # SECONDS NAME
  timeout -k 10 "$1" "$SHELL_NOW" "$0" step "$2" "$RUN" "$TRY" </dev/null &
  group=$!
  wait "$group"
  group_code=$?
  [ "$group_code" -lt 124 ] || kill -s KILL -- "-$group" 2>/dev/null || :
  return "$group_code"
}

take_step() { # NAME SECONDS
  STEP_NAME=$1 STEP_CODE=$UNMARKED
  # The failure clause only undoes steps that left a `began-` mark. If the mark cannot be written, the step must not run.
  touch "$RUN/began-$1" 2>>"$TRY/log" || return
  rm -f "$RUN/code-$1"
  journal begin "$1" 0
  write_state "now: $1"
  with_deadline "$2" "$1" >>"$TRY/log" 2>&1
  STEP_CODE=$?
  write_durably "$RUN/code-$1" "$STEP_CODE"
  journal end "$1" "$STEP_CODE"
  return "$STEP_CODE"
}

not_cancelled() { # NAME
  [ -e "$TRY/cancel" ] || return 0
  STEP_NAME=$1 STEP_CODE=130
  printf 'cancelled before %s\n' "$1" >>"$TRY/log"
  return 1
}

finish() { # OUTCOME STEP CODE SENTENCE
  rm -f "$TRY/reserve" "$TRY/last-words"
  write_state "$4"
  write_durably "$TRY/result" "$1 $2 $3"
  journal finish "$1" "$3"
}

# An attempt begins once and runs alone: a second start of it ends here and writes nothing.
begin_attempt() {
  mkdir -p "$TRY" && exec 8>>"$TRY/alive" && flock -n 8 || exit 0
  (set -C && printf '%s\n' "$(cat /proc/sys/kernel/random/boot_id)" >"$TRY/started") 2>/dev/null || exit 0
  sync "$TRY/started" "$TRY"
  : >>"$TRY/log"
  # A step may fill the disk. These two files keep room for the failure clause and for the result.
  head -c 65536 /dev/zero >"$TRY/reserve" || :
  head -c 32768 /dev/zero >"$TRY/last-words" || :
}

take_deploy_lock() {
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
