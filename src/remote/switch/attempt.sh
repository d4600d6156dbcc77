# One attempt of a run: what it writes down, and how it takes a step.

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

deadline_of() { # NAME
  printf '%s\n' "$STEPS" | tr ' ' '\n' | sed -n "s/^$1://p"
}

steps_from() { # NAME
  printf '%s\n' "$STEPS" | tr ' ' '\n' | sed -n "/^$1:/,\$p"
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

not_cancelled() { # NAME
  [ -e "$TRY/cancel" ] || return 0
  STEP_NAME=$1 STEP_CODE=130
  printf 'cancelled before %s\n' "$1" >>"$TRY/log"
  return 1
}

finish() { # OUTCOME STEP CODE SENTENCE
  rm -f "$TRY/reserve" "$TRY/last-words"
  state "$4"
  durable "$TRY/result" "$1 $2 $3"
  journal finish "$1" "$3"
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
