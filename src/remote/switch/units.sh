# The site's units, and whether the site answers.

# Prints the first unit that is running. Nobody needs a lock of ours to start one. If systemd doesn't say, it counts as running.
running_unit() {
  for unit in $STOP_UNITS; do
    case $(systemctl is-active "$unit") in
      inactive | failed | unknown) ;;
      *) printf '%s\n' "$unit" && return ;;
    esac
  done
  return 1
}

stop_units() {
  for unit in $STOP_UNITS; do
    sudo -n systemctl stop "$unit" || fail "$unit cannot be stopped"
  done
  ! unit=$(running_unit) || fail "$unit is still running, or systemd doesn't say"
}

start_units() {
  for unit in $START_UNITS; do
    if sudo -n -l systemctl reset-failed "$unit" >/dev/null 2>&1; then sudo -n systemctl reset-failed "$unit" || :; fi
    sudo -n systemctl start "$unit" || fail "$unit cannot be started"
  done
}

# A unit that someone has started since the stop may have loaded half of the old code and half of the new: it starts again.
start_fresh() {
  ! unit=$(running_unit) || { printf '%s was started since the site was stopped\n' "$unit" && stop_units; }
  start_units
}

# What a running site writes now is in no backup.
refuse_restore_while_running() {
  ! unit=$(running_unit) || fail "$unit was started since the site was stopped, or systemd doesn't say: nothing is restored over what it writes"
}

unit_life() { systemctl show "$1" -p ActiveState,MainPID,NRestarts; }

# Prints the HTTP status of the health page, asked behind the proxy: 000 if nothing answers. A ~/.curlrc or a proxy for the way
# out has no say in it.
ask_health() {
  case $BIND in
    unix:@*) curl -q -s -m 5 --noproxy '*' -o /dev/null -w '%{http_code}' --abstract-unix-socket "${BIND#unix:@}" -H "Host: $DOMAIN" -H 'X-Forwarded-Proto: https' http://localhost/health/ ;;
    unix:*) curl -q -s -m 5 --noproxy '*' -o /dev/null -w '%{http_code}' --unix-socket "${BIND#unix:}" -H "Host: $DOMAIN" -H 'X-Forwarded-Proto: https' http://localhost/health/ ;;
    *) curl -q -s -m 5 --noproxy '*' -o /dev/null -w '%{http_code}' -H "Host: $DOMAIN" -H 'X-Forwarded-Proto: https' "http://$BIND/health/" ;;
  esac
}
