# Prints a ~, then the journal from an offset on as it grows, a ~ every second so that a dead connection is noticed, and at last
# one line "= STATUS": absent, claimed, running SECONDS (the time was over; since its last line), interrupted BOOT, done OUTCOME
# STEP CODE, or foreign CLAIM where the directory belongs to another plan: its result is not ours.
#
# It looks five times a second, on a small host that is busy with the switch itself: each look starts two processes, and
# only the first of a second asks for the lock.
run=$1 digest=$2 offset=$3 seconds=$4

# Into $now.
look() {
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

# Everything that has been added: the open file remembers how far it was read.
news() {
  if [ "$opened" = no ]; then
    [ -e "$run/journal" ] || return
    exec 4<"$run/journal"
    head -c "$offset" <&4 >/dev/null
    opened=yes
  fi
  cat <&4
}

tick=0 opened=no
# A login shell may have said something already, of which the journal's offset must not count a byte.
printf '\n~\n'
while :; do
  look
  news
  if [ "$now" != running ] || [ "$tick" -ge "$((seconds * 5))" ]; then
    [ "$now" != running ] || now="running $(($(date +%s) - $(stat -c %Y "$run/journal" 2>/dev/null || stat -c %Y "$run/started")))"
    echo "= $now"
    exit 0
  fi
  tick=$((tick + 1))
  [ "$((tick % 5))" != 0 ] || echo '~'
  sleep 0.2
done
