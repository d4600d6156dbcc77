# The site's units, and whether the site answers.

# The first unit that runs, by its name; it takes no lock of ours to start one. A systemd that does not say counts as that.
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
  ! unit=$(running_unit) || fail "$unit has not stopped, or systemd does not say"
}

start_units() {
  for unit in $START_UNITS; do
    if sudo -n -l systemctl reset-failed "$unit" >/dev/null 2>&1; then sudo -n systemctl reset-failed "$unit" || :; fi
    sudo -n systemctl start "$unit" || fail "$unit cannot be started"
  done
}

# Whoever has started a unit since the stop has started it on half of the one and half of the other.
start_anew() {
  ! unit=$(running_unit) || { printf '%s was started since the site was stopped\n' "$unit" && stop_units; }
  start_units
}

lives() { systemctl show "$1" -p ActiveState,MainPID,NRestarts; }

# HTTP status of the health page, asked behind the proxy; 000 when nothing answers.
ask_health() {
  case $BIND in
    unix:*) curl -s -m 5 -o /dev/null -w '%{http_code}' --unix-socket "${BIND#unix:}" -H "Host: $DOMAIN" -H 'X-Forwarded-Proto: https' http://localhost/health/ ;;
    *) curl -s -m 5 -o /dev/null -w '%{http_code}' -H "Host: $DOMAIN" -H 'X-Forwarded-Proto: https' "http://$BIND/health/" ;;
  esac
}
