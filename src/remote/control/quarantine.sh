# Quarantines the version that a run left, or lifts that again. Each name of the version is a file, so that deploy scripts can
# test for it. The file has one line per run and goes away with its last run, unless people have written into it.
set -eu
verb=$1 folder=$2 own=$3 run=$4
shift 4
umask 022
mkdir -p "$folder"
exec 9>>"$folder/.lock"
flock -w 30 9
new=$folder/.new tab=$(printf '\t')
lines_of_other_runs() { grep -v "^$run$tab" "$1" || [ $? -eq 1 ]; }

case $verb in
  place)
    # A late worker must not bring back what was lifted in the meantime.
    if [ -e "$own/lifted" ]; then exit 0; fi
    line=$1
    shift
    for name; do
      file=$folder/$name
      if [ -e "$file" ]; then
        lines_of_other_runs "$file" >"$new"
      else
        printf '%s\n' \
          "# $name is quarantined for this site: a rollback left it. Do not deploy it here." \
          '# Each line is one run: its name, when it ended, what it left and why. Its thread in Slack lists the open' \
          '# follow-ups. When they are closed, the bot removes the line, and with the last line this file.' \
          '# To lift the quarantine by hand, delete this file.' >"$new"
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
      lines_of_other_runs "$file" >"$new"
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
