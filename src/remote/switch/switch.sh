# The switch: one detached program on the host, from the first stop of the site to its first healthy answer. It needs no
# network and waits for nobody. Its values stand at its head. Workers only read what it writes into the directory of the
# attempt. For the first attempt that is the directory of the run itself:
#
#   started   it has begun; a second start sees this and ends                   journal  one line per step begun or ended
#   alive     locked while it, or anything that it started, is running          log      output of the steps
#   result    how it ended: outcome, step, exit code                            STATE    the same for a person on the host
#   cancel    written by others: it begins no further step
#
# usage: PROGRAM run RUN_DIRECTORY | PROGRAM continue RUN_DIRECTORY ATTEMPT_DIRECTORY retry|skip|go-back STEP
#        PROGRAM look RUN_DIRECTORY | PROGRAM step NAME RUN_DIRECTORY ATTEMPT_DIRECTORY

# Prints what is on the host right now and changes nothing. One word per line, "unknown" if it can't tell.
print_state() {
  printf 'code %s\n' "$(git -C "$APP" rev-parse HEAD 2>/dev/null || echo unknown)"
  printf 'environment %s\n' "$(environment_now)"
  printf 'database %s\n' "$(database_now)"
  for unit in $STOP_UNITS; do printf 'unit %s %s\n' "$unit" "$(systemctl is-active "$unit")"; done
  printf 'health %s\n' "$(ask_health)"
  printf 'ran %s\n' "$(for mark in "$RUN"/began-*; do [ ! -e "$mark" ] || printf '%s,' "${mark#"$RUN"/began-}"; done)"
  printf 'begun %s\n' "$(if [ -e "$RUN/began-stop" ]; then echo yes; else echo no; fi)"
}

case ${1:-} in
  run) RUN=$2 TRY=$2 && run_plan ;;
  continue) RUN=$2 TRY=$3 && continue_run "$4" "$5" ;;
  look) RUN=$2 TRY=$2 && print_state ;;
  step) RUN=$3 TRY=$4 && "step_$(printf %s "$2" | tr - _)" ;;
  *) echo "usage: $0 run RUN_DIRECTORY" >&2 && exit 2 ;;
esac
