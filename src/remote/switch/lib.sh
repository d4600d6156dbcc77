# Settings and helpers that every part of the program uses.
set -u
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C.UTF-8
export PATH LC_ALL
umask 022

APP=$ROOT/app
SHELL_NOW=$(readlink "/proc/$$/exe")

fail() { printf '%s\n' "$*"; exit 1; }
differs() { printf 'changed since the plan was made: %s\n' "$*"; exit 10; }

# Writes a file completely or not at all. When this returns, the file is on the disk.
write_durably() { # FILE TEXT
  printf '%s\n' "$2" >"$1.new" && sync "$1.new" && mv -f "$1.new" "$1" && sync "$RUN"
}

# Runs a command with the site's .env, which bash reads as the platform's own scripts do. What bash says about a line that it
# can't read is dropped: it quotes a part of that line, which may be a secret.
with_env() { # COMMAND...
  # shellcheck disable=SC2016
  bash -c 'set -a; . "$1" 2>/dev/null; set +a; if [ -n "$2" ]; then export DJANGO_SETTINGS_MODULE="$2"; fi; shift 2; exec "$@"' \
    env "$ROOT/.env" "$SETTINGS" "$@"
}
