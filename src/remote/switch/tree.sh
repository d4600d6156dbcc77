# The site's code, its environment and its static files.

# False as well if git can't tell.
has_no_changes() { # [OPTION]
  changes=$(GIT_OPTIONAL_LOCKS=0 git -C "$APP" status --porcelain "$@") && [ -z "$changes" ]
}

is_index_readable() { GIT_OPTIONAL_LOCKS=0 git -C "$APP" ls-files >/dev/null; }

tree_now() {
  GIT_OPTIONAL_LOCKS=0 git -C "$APP" status --porcelain && git -C "$APP" rev-parse HEAD
}

run_checkout() { # OPTION COMMIT
  git -C "$APP" -c advice.detachedHead=false -c core.hooksPath=/dev/null checkout --quiet "$1" --detach "$2"
}

# The mark `torn` is there from before our checkout touches the tree until the tree is whole again. While it is there, half
# written files in the tree are ours and nobody's work.
is_torn() { [ -e "$RUN/torn" ]; }

mark_torn() { { : >"$RUN/torn" && sync "$RUN/torn" "$RUN"; } || fail "the program can't write down that a checkout begins, so it doesn't begin"; }

# Brings the previous code back after a checkout that died. The index does not know which files that checkout wrote. So if
# files are left over, the target is checked out completely and then the previous code again: git removes what it knows.
repair_tree() {
  rm -f "$APP/.git/index.lock" "$APP/.git/HEAD.lock"
  is_index_readable || rm -f "$APP/.git/index"
  run_checkout --force "$LIVE" || fail "git cannot put $LIVE back"
  has_no_changes || { run_checkout --force "$TARGET" && run_checkout --force "$LIVE"; } || fail "git cannot put $LIVE back"
}

# Git leaves it to the file system when these reach the disk.
sync_git() { sync "$APP/.git/index" "$APP/.git/HEAD" "$APP/.git" || :; }

check_out() { # COMMIT
  if is_torn; then repair_tree
  else
    head=$(git -C "$APP" rev-parse HEAD) || fail "git does not answer"
    [ "$head" = "$LIVE" ] || [ "$head" = "$TARGET" ] || fail "the code is at $head: someone has moved it in the meantime, and it stays there; this run can continue after git checkout $LIVE"
    # Someone may have worked here since the recheck. What git would not overwrite, this run does not overwrite by force.
    has_no_changes --untracked-files=no || fail "the working tree has changes: nothing is checked out over them"
    [ ! -e "$APP/.git/index.lock" ] || fail "another git command holds index.lock"
  fi
  before=$(tree_now) || fail "git does not answer"
  mark_torn
  run_checkout --no-overwrite-ignore "$1" || {
    # If git refused, it touched nothing, and what was in its way is someone's work: that must not be repaired away.
    [ -e "$APP/.git/index.lock" ] || [ "$(tree_now)" != "$before" ] || rm -f "$RUN/torn"
    fail "git cannot check $1 out"
  }
  [ "$(git -C "$APP" rev-parse HEAD)" = "$1" ] || fail "the code is not at $1 after the checkout"
  has_no_changes --untracked-files=no || fail "the working tree has changes after the checkout"
  # After a power loss the host must not come back with empty files that git takes for whole, nor with an empty index.
  other=$LIVE
  [ "$1" != "$LIVE" ] || other=$TARGET
  git -C "$APP" diff --name-only -z --diff-filter=d "$other" "$1" | (cd "$APP" && xargs -0 -r sync --) || :
  sync_git
  rm -f "$RUN/torn"
}

# A hash of everything that pip has installed into an environment, by pip's own lists of files and hashes.
packages_of() { # DIRECTORY
  (cd "$1" && find lib/python3*/site-packages -maxdepth 2 -path '*.dist-info/RECORD' -exec sha256sum {} +) | LC_ALL=C sort -k 2 | sha256sum | cut -c1-64
}

# before, target, missing or other.
environment_now() {
  if [ -z "$TARGET" ]; then echo before
  elif [ "$(readlink "$ROOT/venv")" = "$ENVIRONMENT" ]; then echo target
  elif [ ! -e "$ROOT/venv" ] && [ ! -L "$ROOT/venv" ]; then echo missing
  elif [ -e "$RUN/venv-before" ] || [ -L "$RUN/venv-before" ]; then echo other
  else echo before; fi
}

# collectstatic skips files that are older than the copy that is served. An environment that was built days ago has only older
# files, so they are touched first.
collect_static() {
  cd "$APP" || exit 1
  find "$ROOT/venv/" -path '*/static/*' -type f -exec touch -c {} + || fail "the static files of the environment cannot be touched"
  with_env "$ROOT/venv/bin/python" manage.py collectstatic --noinput
}
