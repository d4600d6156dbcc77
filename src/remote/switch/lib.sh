# Settings and helpers that every part of the program uses.
set -u
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C.UTF-8
export PATH LC_ALL
umask 022

APP=$ROOT/app
SHELL_NOW=$(readlink "/proc/$$/exe")

# git, whatever its configuration says. The probes have the same settings.
plain_git() { # OPTION...
  GIT_OPTIONAL_LOCKS=0 git -c advice.detachedHead=false -c color.ui=false -c column.ui=never -c core.fsmonitor=false -c core.hooksPath=/dev/null \
    -c core.quotePath=false -c gc.auto=0 -c maintenance.auto=false -c submodule.recurse=false "$@"
}

fail() { printf '%s\n' "$*"; exit 1; }
differs() { printf 'changed since the plan was made: %s\n' "$*"; exit 10; }

# Writes a file completely or not at all. When this returns, the file is on the disk.
write_durably() { # FILE TEXT
  printf '%s\n' "$2" >"$1.new" && sync "$1.new" && mv -f "$1.new" "$1" && sync "$RUN"
}

# Runs a command with the site's .env, as systemd gives it to the site. bash would read some lines in another way.
with_env() { # COMMAND...
  python3 -I -c "$WITH_ENV" "$PARAMETERS" "$SETTINGS" "$@"
}
