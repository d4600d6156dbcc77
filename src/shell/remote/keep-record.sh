# Keeps the bot's own record of a run, which comes on standard input, beside its program, whole or not at all: from it a
# worker knows the run again whose record was lost elsewhere.
set -eu
run=$1
umask 077
mkdir -p "$run"
cat >"$run/record.new"
sync "$run/record.new"
mv "$run/record.new" "$run/record"
