# Prints a ~, then the journal from an offset on while it grows, with a ~ every second so that the reader notices a dead
# connection. The last line is "= STATUS":
#
#   absent | claimed                     it has not begun
#   running SECONDS                      the time is over; its last journal line is that old
#   interrupted same-boot | rebooted     it died without a result
#   done OUTCOME STEP CODE               its result
#   foreign CLAIM                        the directory belongs to another plan: its result is not ours
#
# It checks five times a second, on a small host that is busy with the switch. A check starts two processes, and only the first
# one of each second asks for the lock.
run=$1 digest=$2 offset=$3 seconds=$4

# Sets $now.
check_status() {
  claim=none
  { read -r claim <"$run/claim"; } 2>/dev/null || :
  if [ "$claim" = none ]; then now=absent
  elif [ "$claim" != "$digest" ] && [ "$claim" != void ]; then now="foreign $claim"
  elif [ -s "$run/result" ]; then now="done $(cat "$run/result")"
  elif [ ! -e "$run/started" ]; then now=claimed
  elif [ "$((tick % 5))" = 0 ] && flock -n -s "$run/alive" true; then
    if [ -s "$run/result" ]; then now="done $(cat "$run/result")"
    elif [ "$(cat "$run/started")" = "$(cat /proc/sys/kernel/random/boot_id)" ]; then now='interrupted same-boot'
    else now='interrupted rebooted'; fi
  else now=running; fi
}

# The open file remembers how far it was read.
print_new_lines() {
  if [ "$opened" = no ]; then
    [ -e "$run/journal" ] || return
    exec 4<"$run/journal"
    head -c "$offset" <&4 >/dev/null
    opened=yes
  fi
  cat <&4
}

tick=0 opened=no
echo '~'
while :; do
  check_status
  print_new_lines
  if [ "$now" != running ] || [ "$tick" -ge "$((seconds * 5))" ]; then
    [ "$now" != running ] || now="running $(($(date +%s) - $(stat -c %Y "$run/journal" 2>/dev/null || stat -c %Y "$run/started")))"
    echo "= $now"
    exit 0
  fi
  tick=$((tick + 1))
  [ "$((tick % 5))" != 0 ] || echo '~'
  sleep 0.2
done
