# The submodules of the site's code. A checkout of the site's repository leaves their trees as they are. So each one is brought to
# its commit here, from the repositories that are on the host: the plan has made sure that they have what the target needs.

# Prints "COMMIT PATH" of each submodule that a commit names.
submodules_of() { # TREE COMMIT
  plain_git -C "$1" ls-tree -r -z --full-tree "$2" | tr '\0' '\n' | sed -n 's/^160000 commit \([0-9a-f]*\)\t/\1 /p'
}

names_submodule() { # TREE COMMIT PATH
  [ -n "$(plain_git -C "$1" ls-tree --full-tree "$2" -- ":(literal)$3" | sed -n 's/^160000 /&/p')" ]
}

is_populated() { [ -e "$1/.git" ]; } # TREE

unlock_submodules() { [ ! -d "$APP/.git/modules" ] || find "$APP/.git/modules" -name index.lock -type f -exec rm -f {} +; }

# Where the tree of a submodule waits that the other commit does not have: with all that people and programs have put into it.
put_aside_at() { printf '%s/submodules/%s/%s\n' "$RUN" "$1" "$2"; } # COMMIT PATH

put_submodules_aside() { # TREE FROM TO
  submodules_of "$1" "$2" | while read -r commit path; do
    if ! is_populated "$1/$path" || names_submodule "$1" "$3" "$path"; then continue; fi
    kept=$(put_aside_at "$2" "$path")
    rm -rf "$kept"
    mkdir -p "$(dirname "$kept")" && mv -T "$1/$path" "$kept" && mkdir "$1/$path" || fail "the submodule $path (at $commit) cannot be moved aside"
  done || exit 1
}

# The repository of a submodule says where its tree is. Another version may have it elsewhere.
claim_submodule() { # TREE
  [ -f "$1/.git" ] || return 0
  repository=$(cd "$1" && cd "$(sed -n 's/^gitdir: //p' .git)" && pwd) || return 1
  tree=$(realpath -m --relative-to="$repository" "$1")
  [ "$(git config -f "$repository/config" core.worktree)" = "$tree" ] || git config -f "$repository/config" core.worktree "$tree"
}

# The plan has refused what should have a repository here and has none. What has no name in .gitmodules nobody can check out.
has_repository() { # TREE PATH
  git config -f "$1/.gitmodules" -z --get-regexp '^submodule\..*\.path$' | tr '\n\0' ' \n' | while IFS= read -r line; do
    case $line in *".path $2") ;; *) continue ;; esac
    name=${line%".path $2"}
    [ ! -d "$(git -C "$1" rev-parse --absolute-git-dir)/modules/${name#submodule.}" ] || exit 3
  done
  [ $? = 3 ]
}

# Brings every submodule that a commit names to its commit, and those below them. One that was left empty before stays empty, as
# a fresh checkout leaves it. FROM is empty in a submodule that was not there before.
bring_submodules() { # TREE FROM TO OPTION
  submodules_of "$1" "$3" | while read -r commit path; do
    was='' how=$4
    if is_populated "$1/$path"; then
      claim_submodule "$1/$path" || fail "the repository of the submodule $path cannot be found"
      was=$(git -C "$1/$path" rev-parse HEAD) || fail "git cannot read the submodule $path"
    elif [ -e "$(put_aside_at "$3" "$path")" ]; then
      { rmdir "$1/$path" && mv -T "$(put_aside_at "$3" "$path")" "$1/$path" && claim_submodule "$1/$path"; } || fail "the submodule $path cannot be put back"
      was=$(git -C "$1/$path" rev-parse HEAD) || fail "git cannot read the submodule $path"
      # Its repository may have served another path since. It was clean when it was moved.
      how=--force
    elif { [ -n "$2" ] && names_submodule "$1" "$2" "$path"; } || ! has_repository "$1" "$path"; then
      continue
    else
      plain_git -C "$1" submodule --quiet update --init --no-fetch --force --checkout -- "$path" </dev/null || fail "the submodule $path cannot be checked out"
    fi
    [ "$was" = "$commit" ] || [ -z "$was" ] || put_submodules_aside "$1/$path" "$was" "$commit"
    if [ "$was" != "$commit" ] || [ "$4" = --force ]; then
      plain_git -C "$1/$path" checkout --quiet "$how" --detach "$commit" </dev/null || fail "the submodule $path cannot be brought to $commit"
    fi
    [ "$(git -C "$1/$path" rev-parse HEAD)" = "$commit" ] || fail "the submodule $path is not at $commit"
    bring_submodules "$1/$path" "$was" "$commit" "$how"
  done || exit 1
}

# Prints "BRANCH PATH" of each submodule that is on a branch.
submodule_branches() {
  # shellcheck disable=SC2016
  git -C "$APP" submodule --quiet foreach --recursive 'branch=$(git symbolic-ref --quiet --short HEAD) && printf "%s %s\n" "$branch" "$displaypath" || :'
}

# Branch and commit are the same, so only HEAD moves. If it doesn't work, the site still starts.
put_submodule_branches_back() {
  [ -s "$RUN/submodule-branches" ] || return 0
  while read -r branch path; do
    [ "$(git -C "$APP/$path" rev-parse HEAD)" = "$(git -C "$APP/$path" rev-parse "refs/heads/$branch")" ] || continue
    git -C "$APP/$path" symbolic-ref HEAD "refs/heads/$branch" || :
  done <"$RUN/submodule-branches"
}
