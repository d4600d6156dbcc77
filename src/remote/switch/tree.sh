# The site's code, its environment and its static files.

# What git says of the tree; a git that cannot tell says nothing good of it.
has_no_changes() { # [OPTION]
  changes=$(GIT_OPTIONAL_LOCKS=0 git -C "$APP" status --porcelain "$@") && [ -z "$changes" ]
}

is_index_readable() { GIT_OPTIONAL_LOCKS=0 git -C "$APP" ls-files >/dev/null; }

tree_now() {
  GIT_OPTIONAL_LOCKS=0 git -C "$APP" status --porcelain && git -C "$APP" rev-parse HEAD
}

check_out() { # OPTION COMMIT
  git -C "$APP" -c advice.detachedHead=false -c core.hooksPath=/dev/null checkout --quiet "$1" --detach "$2"
}

# There from before a checkout of ours touches the tree until that is whole again: what is half done in it is nobody's work.
is_torn() { [ -e "$RUN/torn" ]; }

mark_torn() { { : >"$RUN/torn" && sync "$RUN/torn" "$RUN"; } || fail "the checkout cannot be written down: it does not begin"; }

# Back to the code of before, whatever a checkout that died has left: its index says nothing of what it wrote, so what only
# the target has is taken into it and out again.
mend_tree() {
  rm -f "$APP/.git/index.lock" "$APP/.git/HEAD.lock"
  is_index_readable || rm -f "$APP/.git/index"
  check_out --force "$LIVE" || fail "git cannot put $LIVE back"
  has_no_changes || { check_out --force "$TARGET" && check_out --force "$LIVE"; } || fail "git cannot put $LIVE back"
}

# Git itself leaves them to the file system.
sync_git() { sync "$APP/.git/index" "$APP/.git/HEAD" "$APP/.git" || :; }

checkout() { # COMMIT
  if is_torn; then mend_tree
  else
    head=$(git -C "$APP" rev-parse HEAD) || fail "git does not answer"
    [ "$head" = "$LIVE" ] || [ "$head" = "$TARGET" ] || fail "the code is at $head: somebody has moved it meanwhile, and it stays there; after git checkout $LIVE this run can go on"
    # Since the recheck somebody may have worked here, and what git would leave alone we do not put back by force.
    has_no_changes --untracked-files=no || fail "the working tree has changes: nothing is checked out over them"
    [ ! -e "$APP/.git/index.lock" ] || fail "another git command holds index.lock"
  fi
  before=$(tree_now) || fail "git does not answer"
  mark_torn
  check_out --no-overwrite-ignore "$1" || {
    # Where git has refused, it has touched nothing, and what was in its way is somebody's.
    [ -e "$APP/.git/index.lock" ] || [ "$(tree_now)" != "$before" ] || rm -f "$RUN/torn"
    fail "git cannot check $1 out"
  }
  [ "$(git -C "$APP" rev-parse HEAD)" = "$1" ] || fail "the code is not at $1 after the checkout"
  has_no_changes --untracked-files=no || fail "the working tree has changes after the checkout"
  # A host that loses its power must not come back with empty files that git takes for whole, nor with an empty index.
  other=$LIVE
  [ "$1" != "$LIVE" ] || other=$TARGET
  git -C "$APP" diff --name-only -z --diff-filter=d "$other" "$1" | (cd "$APP" && xargs -0 -r sync --) || :
  sync_git
  rm -f "$RUN/torn"
}

# Everything that pip has put into an environment, by its own lists of files and hashes.
packages_of() { # DIRECTORY
  (cd "$1" && find lib/python3*/site-packages -maxdepth 2 -path '*.dist-info/RECORD' -exec sha256sum {} +) | LC_ALL=C sort -k 2 | sha256sum | cut -c1-64
}

environment_now() {
  if [ -z "$TARGET" ]; then echo before
  elif [ "$(readlink "$ROOT/venv")" = "$ENVIRONMENT" ]; then echo target
  elif [ ! -e "$ROOT/venv" ] && [ ! -L "$ROOT/venv" ]; then echo missing
  elif [ -e "$RUN/venv-before" ] || [ -L "$RUN/venv-before" ]; then echo other
  else echo before; fi
}

# collectstatic passes over files that are older than what is there; an environment that was built days ago has only such.
collect_static() {
  cd "$APP" || exit 1
  find "$ROOT/venv/" -path '*/static/*' -type f -exec touch -c {} + || fail "the static files of the environment cannot be renewed"
  with_env "$ROOT/venv/bin/python" manage.py collectstatic --noinput
}
