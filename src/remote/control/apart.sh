# Runs a command of the bot apart from what its login has set up. Start-up files of shells may print, set and change whatever
# they like: the command gets an environment of its own, and what it prints stands between two marks. The second mark says how it
# ended. Only these variables are passed on: who and where the login is, and how it reaches what is outside of the host.
cd "${HOME:-/}" 2>/dev/null || cd /
umask 022
for name in HOME USER LOGNAME SHELL SSH_AUTH_SOCK XDG_CONFIG_HOME XDG_CACHE_HOME TMPDIR \
  http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY \
  SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE \
  GIT_SSH GIT_SSH_COMMAND GIT_ASKPASS GIT_SSL_CAINFO GIT_SSL_CAPATH GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM \
  PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_NO_INDEX PIP_TRUSTED_HOST PIP_CERT PIP_CLIENT_CERT PIP_PROXY \
  PIP_CONFIG_FILE PIP_CACHE_DIR PIP_CONSTRAINT PIP_TIMEOUT PIP_DEFAULT_TIMEOUT PIP_RETRIES; do
  eval "[ -z \"\${$name+set}\" ] || set -- \"$name=\$$name\" \"\$@\""
done
printf '\n\036rollback-bot\036\n'
printf '\n\036rollback-bot\036\n' >&2
env -i "PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" LC_ALL=C.UTF-8 "$@"
code=$?
printf '\n\036ended %s\036\n' "$code"
exit "$code"
