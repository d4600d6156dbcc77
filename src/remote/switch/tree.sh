# The site's code, its environment and its static files.

# What git sees as changed, submodules included. Settings that hide something have no say in it.
changes_now() { # [OPTION]
  plain_git -C "$APP" status --porcelain=v1 --no-renames --ignore-submodules=none --untracked-files=normal "$@"
}

# False as well if git can't tell.
has_no_changes() { # [OPTION]
  changes=$(changes_now "$@") && [ -z "$changes" ]
}

# Whether every file that git shows as changed is what git itself writes for this commit. Some old commits do not fit their own
# .gitattributes, and what ran before has to come back all the same.
is_as_checked_out() { # COMMIT
  plain_git -C "$APP" diff-index --cached --quiet --ignore-submodules=none "$1" -- || return 1
  plain_git -C "$APP" diff-files -z --name-only --ignore-submodules=none | tr '\0' '\n' | while IFS= read -r path; do
    plain_git -C "$APP" cat-file --filters "$1:$path" | cmp -s - "$APP/$path" || exit 1
  done
}

is_index_readable() { plain_git -C "$APP" ls-files >/dev/null; }

tree_now() {
  changes_now && git -C "$APP" rev-parse HEAD
}

run_checkout() { # OPTION COMMIT
  plain_git -C "$APP" checkout --quiet "$1" --detach "$2"
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
  unlock_submodules
  put_submodules_aside "$APP" "$TARGET" "$LIVE"
  run_checkout --force "$LIVE" || fail "git cannot put $LIVE back"
  bring_submodules "$APP" "$TARGET" "$LIVE" --force
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
  other=$LIVE
  [ "$1" != "$LIVE" ] || other=$TARGET
  mark_torn
  put_submodules_aside "$APP" "$(git -C "$APP" rev-parse HEAD)" "$1"
  run_checkout --no-overwrite-ignore "$1" || {
    bring_submodules "$APP" "$1" "$(git -C "$APP" rev-parse HEAD)" --no-overwrite-ignore
    # If git refused, it touched nothing, and what was in its way is someone's work: that must not be repaired away.
    [ -e "$APP/.git/index.lock" ] || [ "$(tree_now)" != "$before" ] || rm -f "$RUN/torn"
    fail "git cannot check $1 out"
  }
  [ "$(git -C "$APP" rev-parse HEAD)" = "$1" ] || fail "the code is not at $1 after the checkout"
  bring_submodules "$APP" "$other" "$1" --no-overwrite-ignore
  has_no_changes --untracked-files=no || is_as_checked_out "$1" || fail "the working tree has changes after the checkout"
  # After a power loss the host must not come back with empty files that git takes for whole, nor with an empty index.
  plain_git -C "$APP" diff-tree -r --name-only -z --no-renames --diff-filter=d "$other" "$1" | (cd "$APP" && xargs -0 -r sync --) || :
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
