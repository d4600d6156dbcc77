# How a commit stands to the branch that the site is deployed from, and to what is live. It only reads what is fetched already:
# nothing of the commit is checked out, and no filter, hook or diff driver runs.
COMMIT = PARAMETERS["commit"]
# Of names, people see so many.
MOST = 10
BUILD_FILES = re.compile(r"(.*/)?(requirements[^/]*|constraints[^/]*\.txt|setup\.(py|cfg)|pyproject\.toml|Pipfile(\.lock)?|poetry\.lock|uv\.lock|MANIFEST\.in|"
                         r"\.gitmodules|\.gitattributes|[^/]*\.pth)|(.*/)?requirements/.*")

def deployed_branch():
    """The branch that the checkout follows, else the one that it was cloned with. The host alone says which: a pushed branch or tag
    can't change it, so full names are asked for, and none is guessed."""
    head = git_line("symbolic-ref", "--quiet", "HEAD")
    follows = git_line("for-each-ref", "--format=%(upstream)", head) if head else None
    for ref in (follows, git_line("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD")):
        if ref and ref.startswith("refs/remotes/origin/"):
            return ref[len("refs/remotes/origin/"):]
    return None

def is_on(branch):
    """Whether the branch itself has stood at the commit: a commit that a merge brought along was only a step of somebody's work."""
    for ref in ("refs/rollback-bot/heads/" + branch, "refs/remotes/origin/" + branch):
        code, out, _ = git("rev-list", "--first-parent", "--end-of-options", ref)
        if code == 0:
            return COMMIT in out.split("\n")
    return False

def branches_with():
    code, out, _ = git("for-each-ref", "--format=%(refname)", "--contains", COMMIT, "refs/rollback-bot/heads", "refs/remotes/origin")
    names = [re.sub(r"^refs/(rollback-bot/heads|remotes/origin)/", "", ref) for ref in out.split("\n") if ref] if code == 0 else []
    return [name for name in dict.fromkeys(names) if name != "HEAD"]

def counts():
    """(commits that only the target has, commits that only the live one has)."""
    words = (git_line("rev-list", "--left-right", "--count", "HEAD..." + COMMIT) or "").split()
    return (int(words[1]), int(words[0])) if len(words) == 2 else (None, None)

def changed_files():
    code, out, _ = git("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "HEAD", COMMIT)
    return [path for path in out.split("\0") if path] if code == 0 else None

branch, branches, files = deployed_branch(), branches_with(), changed_files()
ahead, behind = counts()
building = [path for path in files or [] if BUILD_FILES.fullmatch(path)]
others = [path for path in files or [] if path not in set(building)]
answer({
    "commit": COMMIT,
    "author": git_line("log", "-1", "--no-mailmap", "--format=%an", COMMIT) or "",
    "branches": branches[:MOST],
    "moreBranches": max(0, len(branches) - MOST),
    "deployedBranch": branch,
    "isOnDeployed": branch is not None and is_on(branch),
    "difference": {"ahead": ahead, "behind": behind, "files": None if files is None else len(files), "named": others[:MOST], "buildFiles": building[:MOST]},
})
