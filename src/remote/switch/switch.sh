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

# What is on the host right now, changing nothing: one word per line, "unknown" where it cannot be told.
look() {
  printf 'code %s\n' "$(git -C "$APP" rev-parse HEAD 2>/dev/null || echo unknown)"
  printf 'environment %s\n' "$(environment_now)"
  printf 'database %s\n' "$(database_now)"
  for unit in $STOP_UNITS; do printf 'unit %s %s\n' "$unit" "$(systemctl is-active "$unit")"; done
  printf 'health %s\n' "$(ask_health)"
  printf 'begun %s\n' "$(if [ -e "$RUN/began-stop" ]; then echo yes; else echo no; fi)"
}

case ${1:-} in
  run) RUN=$2 TRY=$2 && main ;;
  continue) RUN=$2 TRY=$3 && continue_run "$4" "$5" ;;
  look) RUN=$2 TRY=$2 && look ;;
  step) RUN=$3 TRY=$4 && "step_$(printf %s "$2" | tr - _)" ;;
  *) echo "usage: $0 run RUN_DIRECTORY" >&2 && exit 2 ;;
esac
