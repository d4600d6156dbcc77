# Quarantines the version that a run has left, or lifts that again. Each name of the version is a file that deploy scripts
# can test for; in it a line for each run, and it goes with its last run. What people wrote into it stays.
set -eu
verb=$1 folder=$2 own=$3 run=$4
shift 4
umask 022
mkdir -p "$folder"
exec 9>>"$folder/.lock"
flock -w 30 9
new=$folder/.new tab=$(printf '\t')
others() { grep -v "^$run$tab" "$1" || [ $? -eq 1 ]; }

case $verb in
  place)
    # A worker that is late must not bring back what was lifted meanwhile.
    if [ -e "$own/lifted" ]; then exit 0; fi
    line=$1
    shift
    for name; do
      file=$folder/$name
      if [ -e "$file" ]; then
        others "$file" >"$new"
      else
        printf '%s\n' \
          "# $name is quarantined for this site: a rollback has left it. Do not deploy it here." \
          '# Why, one run a line: the run, when it ended, what it left and why. The thread of each run in Slack has its' \
          '# open follow-ups; when they are closed, the run goes from this file, and with the last one the file.' \
          '# By hand: delete this file.' >"$new"
      fi
      printf '%s\n' "$line" >>"$new"
      sync "$new"
      mv "$new" "$file"
    done
    ;;
  lift)
    if [ -d "$own" ]; then : >"$own/lifted"; fi
    for file in "$folder"/*; do
      if [ ! -f "$file" ] || ! grep -q "^$run$tab" "$file"; then continue; fi
      others "$file" >"$new"
      if grep -q '^[^#]' "$new"; then
        sync "$new"
        mv "$new" "$file"
      else
        rm -f "$file" "$new"
      fi
    done
    ;;
esac
sync "$folder"
