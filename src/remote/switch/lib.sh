# What every part of the switch program uses.
set -u
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C.UTF-8
export PATH LC_ALL
umask 022

APP=$ROOT/app
SHELL_NOW=$(readlink "/proc/$$/exe")

fail() { printf '%s\n' "$*"; exit 1; }
differs() { printf 'changed since the plan was made: %s\n' "$*"; exit 10; }

# Written whole or not at all, and on the disk before it counts.
durable() { # FILE TEXT
  printf '%s\n' "$2" >"$1.new" && sync "$1.new" && mv -f "$1.new" "$1" && sync "$RUN"
}

# The platform's scripts read .env with bash; so does this.
with_env() {
  # What bash says of a line that it cannot read holds a part of that line.
  # shellcheck disable=SC2016
  bash -c 'set -a; . "$1" 2>/dev/null; set +a; if [ -n "$2" ]; then export DJANGO_SETTINGS_MODULE="$2"; fi; shift 2; exec "$@"' \
    env "$ROOT/.env" "$SETTINGS" "$@"
}
