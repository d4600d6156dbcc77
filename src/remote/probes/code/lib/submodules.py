# The submodules of the site's repository: their commits, their own repositories on this host, and their trees. Needs git.py and
# answer.py.

def repository_git(repository, *argv, timeout=20):
    """git on a repository that may have no tree of its own at the moment."""
    return run(PLAIN_GIT + ["--git-dir", repository, "--work-tree", repository] + list(argv), timeout)

def gitlinks(repository, commit):
    """{path: commit} of the submodules that a commit names."""
    code, out, err = repository_git(repository, "ls-tree", "-r", "-z", "--full-tree", commit)
    if code != 0:
        stop("git cannot read the files of %s" % commit[:8], err)
    entries = [entry.split("\t", 1) for entry in out.split("\0") if entry.startswith("160000 ")]
    return {path: facts.split()[2] for facts, path in entries}

def declared(repository, commit, key):
    """{name of a submodule: what .gitmodules of a commit says under this key}."""
    _, out, _ = repository_git(repository, "config", "--blob", commit + ":.gitmodules", "-z", "--get-regexp", r"^submodule\..*\.%s$" % key)
    pairs = (entry.split("\n", 1) for entry in out.split("\0") if "\n" in entry)
    return {name[len("submodule."):-len(key) - 1]: value for name, value in pairs}

def is_populated(folder):
    return os.path.lexists(os.path.join(folder, ".git"))

def repository_of(folder):
    """The path of the repository that a tree belongs to."""
    return git_in(folder, "rev-parse", "--absolute-git-dir")[1].rstrip("\n")

def has_commit(repository, commit):
    return repository_git(repository, "cat-file", "-e", commit + "^{commit}")[0] == 0

def fetch_commit(repository, commit):
    """Tries to get a commit that is missing: by its name, or with everything that the origin has."""
    quiet = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin"]
    for what in ([commit], ["+refs/heads/*:refs/rollback-bot/heads/*", "+refs/tags/*:refs/rollback-bot/tags/*"]):
        repository_git(repository, *quiet, *what, timeout=45)
        if has_commit(repository, commit):
            return True
    return False

def make_submodules(tree, live, repository, commit, live_commit, above=""):
    """Checks the submodules of a commit out below its tree, from the repositories that the live tree uses. One that is empty in the
    live tree as well stays empty. Ends the probe if one cannot be had: the switch would find that out with the site down."""
    before = gitlinks(repository, live_commit) if live_commit else {}
    paths, urls = declared(repository, commit, "path"), declared(repository, commit, "url")
    names = {path: name for name, path in paths.items()}
    links = gitlinks(repository, commit)
    check_what_goes(live, before, links, names_of(repository, live_commit), above)
    for path, wanted in links.items():
        theirs, name, shown = os.path.join(live, path) if live else None, names.get(path), above + path
        populated = theirs is not None and is_populated(theirs)
        if not populated and (path in before or name is None):
            continue
        module = repository_of(theirs) if populated else os.path.join(repository, "modules", name)
        check_module(module, shown, wanted, name, urls.get(name, ""))
        own = os.path.join(tree, path)
        if not (is_populated(own) and git_in(own, "rev-parse", "HEAD")[1].strip() == wanted and changes_in(own) == []):
            repository_git(module, "worktree", "prune")
            code, _, err = repository_git(module, "worktree", "add", "--force", "--detach", own, wanted, timeout=120)
            if code != 0:
                stop("the target's submodule %s cannot be checked out" % shown, err)
        git_in(own, "read-tree", "HEAD")
        make_submodules(own, theirs if populated else None, module, wanted, before.get(path) if populated else None, shown + "/")

def names_of(repository, commit):
    return {path: name for name, path in declared(repository, commit, "path").items()} if commit else {}

def check_what_goes(live, before, links, names, above):
    """A submodule that keeps its repository in its own folder takes it along when it goes, and no undo could bring it back."""
    for path in before:
        own = os.path.join(live, path, ".git") if live else ""
        if path not in links and os.path.isdir(own):
            known = {"kind": "own-repository", "folder": live, "path": path}
            stop("the target does not have the submodule %s, and its repository is in its own folder %s" % (above + path, own), hint=known if path in names else {"kind": "stray-submodule"})

def check_module(module, shown, wanted, name, url):
    if "\n" in shown or ".." in (name or "").split("/"):
        stop("the target's submodule %r has a name that the bot does not take" % shown)
    if not os.path.isdir(module):
        stop("the target has the submodule %s at %s, and this host has no repository of it (%s is not there)" % (shown, wanted[:8], module),
             hint={"kind": "no-repository", "module": module, "url": None if url.startswith(".") else url or None})
    if not has_commit(module, wanted) and not fetch_commit(module, wanted):
        stop("the target has the submodule %s at %s, and neither this host nor its origin has that commit" % (shown, wanted[:8]),
             hint={"kind": "no-commit", "module": module, "commit": wanted})

def submodules_as_in(tree, other, repository, commit, above=""):
    """What differs between the submodules below two trees of one commit, in words. None: nothing."""
    for path, wanted in gitlinks(repository, commit).items():
        one, same = os.path.join(tree, path), os.path.join(other, path)
        if not is_populated(same):
            continue
        if not is_populated(one):
            return "the submodule %s is empty" % (above + path)
        _, head, _ = git_in(one, "rev-parse", "HEAD")
        if head.strip() != wanted:
            return "the submodule %s is at %s, not at %s" % (above + path, head.strip()[:8], wanted[:8])
        below = submodules_as_in(one, same, repository_of(one), wanted, above + path + "/")
        if below is not None:
            return below
    return None
