# The source tree of a commit, checked out beside the live one. Needs git.py, run-folder.py and answer.py.
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

def make_source_tree():
    """Keeps a tree that is there and unchanged."""
    if git_line("-C", TREE, "rev-parse", "HEAD") == COMMIT:
        code, out, _ = run(["git", "-C", TREE, "status", "--porcelain"])
        if code == 0 and out == "":
            return
    shutil.rmtree(TREE, ignore_errors=True)
    git("worktree", "prune")
    code, _, err = git("-c", "advice.detachedHead=false", "-c", "core.hooksPath=/dev/null", "worktree", "add", "--force", "--detach", TREE, COMMIT, timeout=120)
    if code != 0:
        stop("the target's source tree cannot be checked out", err)
