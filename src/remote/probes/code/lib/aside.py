# The source tree of a commit, checked out beside the live one. Needs git.py, submodules.py, run-folder.py and answer.py.
import contextlib, fcntl, shutil

COMMIT = PARAMETERS["commit"]
TREE = os.path.join(TREES, COMMIT)
for folder in ("trees", "venvs", "runs", "programs"):
    os.makedirs(os.path.join(HOME, folder), exist_ok=True)
os.chmod(HOME, 0o755)

@contextlib.contextmanager
def commit_locked():
    """While this is held, nobody else prepares this commit or removes what was prepared for it."""
    with open(os.path.join(VENVS, COMMIT + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

def refuse_tree(problem, detail=None, **more):
    """Nothing of it is kept: the next plan may find the host mended."""
    shutil.rmtree(TREE, ignore_errors=True)
    stop(problem, detail, **more)

def make_source_tree():
    """Keeps a tree that is there and unchanged."""
    if git_in(TREE, "rev-parse", "HEAD")[1].strip() != COMMIT or changes_in(TREE) != []:
        shutil.rmtree(TREE, ignore_errors=True)
        git("worktree", "prune")
        code, _, err = git("worktree", "add", "--force", "--detach", TREE, COMMIT, timeout=120)
        if code != 0:
            refuse_tree("the target's source tree cannot be checked out", err, **needed_filter(err))
    make_submodules(TREE, APP, repository_of(APP), COMMIT, git_line("rev-parse", "HEAD"))
    check_source_tree()

def needed_filter(said):
    """What to do if git could not run a filter that the target's files need."""
    found = re.search(r"([\w.+-]{1,60}): (?:command )?not found", said)
    if not found or "filter" not in said:
        return {}
    return {"hint": {"kind": "filter", "program": found.group(1)}}

def some(paths):
    return ", ".join(paths[:5]) + (" and others" if len(paths) > 5 else "")

def check_source_tree():
    """A fresh checkout has to be clean: the live tree will look just like it, and the switch takes changes for someone's work."""
    # Without what the index knows of each file's time and size, git compares contents.
    git_in(TREE, "read-tree", "HEAD")
    changes = changes_in(TREE, untracked="all")
    if changes is None:
        refuse_tree("git cannot say whether the target's source tree is clean")
    if changes:
        refuse_tree("git shows files of the target as changed right after it has checked them out: %s" % some(changes),
                    hint={"kind": "line-ends"})
    pointers = [path for path in filtered_files() if is_pointer(os.path.join(TREE, path)) and not is_pointer(os.path.join(APP, path))]
    if pointers:
        refuse_tree("the target has files in Git LFS, and this login gets only their pointers: %s" % some(pointers),
                    hint={"kind": "git-lfs"})

def filtered_files():
    """The target's files that git passes through Git LFS."""
    if git_in(TREE, "grep", "-q", "filter=lfs", COMMIT, "--", ":(glob)**/.gitattributes")[0] != 0:
        return []
    _, listed, _ = git_in(TREE, "ls-files", "-z")
    _, out, _ = run(PLAIN_GIT + ["-C", TREE, "check-attr", "-z", "filter", "--"] + [path for path in listed.split("\0") if path][:10000])
    words = out.split("\0")
    return [path for path, value in zip(words[0::3], words[2::3]) if value == "lfs"]

def is_pointer(path):
    try:
        with open(path, "rb") as file:
            return file.read(40).startswith(b"version https://git-lfs.github.com/spec")
    except OSError:
        return True
