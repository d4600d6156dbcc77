# Stores the bot's record of a run, from standard input, in the run's directory. If the record is lost elsewhere, a worker takes
# the run up again from this copy. A broken connection looks like the end of the input, so the length must match, or nothing
# changes. The copy is written under a name of its own, because an outdated worker may be writing beside its successor.
set -eu
run=$1 bytes=$2
umask 077
mkdir -p "$run"
new=$(mktemp "$run/.record.XXXXXX")
trap 'rm -f "$new"' EXIT
cat >"$new"
if [ "$(stat -c %s "$new")" != "$bytes" ]; then
  echo 'the record did not arrive whole' >&2
  exit 1
fi
sync "$new"
mv "$new" "$run/record"
sync "$run"
