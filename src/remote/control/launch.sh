# Claims an attempt for one digest and starts its program. The claim is a hard link, so the first caller wins, however many
# there are. Calling this again starts nothing twice: a program that finds its attempt begun ends at once.
set -eu
run=$1 program=$2 digest=$3
shift 3
umask 077
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
