# Prints the journal from an offset on as it grows, a ~ every second so that a dead connection is noticed, and at last
# one line "= STATUS": absent, claimed, running (the time was over), interrupted BOOT, done OUTCOME STEP CODE, or foreign
# CLAIM where the directory belongs to another plan: its result is not ours.
run=$1 digest=$2 offset=$3 seconds=$4

status() {
  claim=$(cat "$run/claim" 2>/dev/null || echo none)
  if [ "$claim" = none ]; then echo absent
  elif [ "$claim" != "$digest" ] && [ "$claim" != void ]; then echo "foreign $claim"
  elif [ -s "$run/result" ]; then echo "done $(cat "$run/result")"
  elif [ ! -e "$run/started" ]; then echo claimed
  elif flock -n -s "$run/alive" true; then
    if [ -s "$run/result" ]; then echo "done $(cat "$run/result")"
    elif [ "$(cat "$run/started")" = "$(cat /proc/sys/kernel/random/boot_id)" ]; then echo "interrupted same-boot"
    else echo "interrupted rebooted"; fi
  else echo running; fi
}

news() {
  size=$(stat -c %s "$run/journal" 2>/dev/null || echo 0)
  if [ "$size" -gt "$offset" ]; then
    tail -c "+$((offset + 1))" "$run/journal" | head -c "$((size - offset))"
    offset=$size
  fi
}

tick=0
while :; do
  now=$(status)
  news
  if [ "$now" != running ] || [ "$tick" -ge "$((seconds * 10))" ]; then
    echo "= $now"
    exit 0
  fi
  tick=$((tick + 1))
  [ "$((tick % 10))" != 0 ] || echo '~'
  sleep 0.1
done
