# Makes sure that an attempt which must not start any more never does: takes its claim and marks it as started. If its
# program has begun already, nothing changes.
set -eu
run=$1
umask 077
mkdir -p "$run"
mine=$(mktemp "$run/.claim.XXXXXX")
echo void >"$mine"
ln "$mine" "$run/claim" 2>/dev/null || :
rm -f "$mine"
if (set -C && echo void >"$run/started") 2>/dev/null; then
  echo 'untouched expired 0' >"$run/result.new"
  sync "$run/result.new"
  mv "$run/result.new" "$run/result"
  sync "$run"
fi
