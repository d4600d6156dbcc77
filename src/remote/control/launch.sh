# Claims an attempt for one digest and starts its program. The claim is a hard link, so the first caller wins, however many
# there are. Calling this again starts nothing twice: a program that finds its attempt begun ends at once.
#
# The host has the last word, whatever the record of the bot says. A run that is marked as ended takes no further attempt, and each
# attempt follows the one before it.
set -eu
run=$1 program=$2 digest=$3
shift 3
umask 077

# Prints why this attempt may not begin; nothing if it may.
bar() { # run|continue WHOLE_RUN …
  if [ -e "$2/recorded" ]; then echo ended; return; fi
  number=1 before=$2
  if [ "$1" = continue ]; then
    number=${run##*-}
    [ "$number" = 2 ] || before=$2/attempt-$((number - 1))
    [ -e "$before/started" ] || echo out-of-turn
  fi
  [ ! -e "$2/attempt-$((number + 1))" ] || echo out-of-turn
}

if [ ! -e "$run/started" ]; then
  barred=$(bar "$@" | head -n 1)
  if [ -n "$barred" ]; then
    echo "$barred"
    exit 0
  fi
fi
mkdir -p "$run"
chmod 700 "$run"
mine=$(mktemp "$run/.claim.XXXXXX")
printf '%s\n' "$digest" >"$mine"
sync "$mine"
ln "$mine" "$run/claim" 2>/dev/null || :
rm -f "$mine"
sync "$run"
if [ "$(cat "$run/claim")" != "$digest" ]; then
  printf 'claimed %s\n' "$(cat "$run/claim")"
  exit 0
fi
if [ ! -e "$run/started" ]; then
  setsid -f sh "$program" "$@" </dev/null >/dev/null 2>&1
fi
echo launched
