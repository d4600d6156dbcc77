# Prints the journal from an offset on as it grows, a ~ every second so that a dead connection is noticed, and at last
# one line "= STATUS": absent, claimed, running (the time was over), interrupted BOOT, done OUTCOME STEP CODE.
run=$1 offset=$2 seconds=$3

status() {
  if [ -s "$run/result" ]; then echo "done $(cat "$run/result")"
  elif [ ! -e "$run/claim" ]; then echo absent
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
