# Keeps the bot's own record of a run, which comes on standard input, beside its program, whole or not at all: from it a
# worker knows the run again whose record was lost elsewhere. A connection that breaks looks like the end of the text, so
# that many bytes have to have come; and a worker that lost its place may be writing beside its successor.
set -eu
run=$1 bytes=$2
umask 077
mkdir -p "$run"
new=$(mktemp "$run/.record.XXXXXX")
trap 'rm -f "$new"' EXIT
cat >"$new"
if [ "$(stat -c %s "$new")" != "$bytes" ]; then
  echo 'the record did not come whole' >&2
  exit 1
fi
sync "$new"
mv "$new" "$run/record"
sync "$run"
