# What is kept for an undo: safety backups and environments, newest first. If `keep` says how many, older ones are removed. These
# always stay: the newest, what is live, what a run needs that may be taken up again, and what was prepared a moment ago.
import fcntl, shutil

KEEP = PARAMETERS["keep"]
TRASH = os.path.join(HOME, "trash")
LIVE = os.path.realpath(os.path.join(ROOT, "venv"))

# The bot asks only while no run has the site. But one may have begun since then, and have found what is kept here.
MOMENT = 15 * 60

def safety_backups():
    """One entry per run: the backup from before its first change, and those that its later attempts made. They are removed
    together."""
    found = []
    for run_name in names_in(RUNS):
        folder = os.path.join(RUNS, run_name)
        paths = [os.path.join(one, "safety.sql.gz") for one in [folder] + attempts_of(folder)]
        kept = [path for path in paths if os.path.isfile(path)]
        if kept:
            found.append({"run": run_name, "paths": kept, "at": written(*kept), "bytes": sum(os.lstat(path).st_size for path in kept),
                          "protected": may_be_taken_up(folder)})
    found.sort(key=lambda one: one["at"], reverse=True)
    for newest in found[:1]:
        newest["protected"] = True
    return found

def put_aside():
    """{environment: (when a run last put it aside, whether one of those runs may be taken up again)}."""
    used = {}
    for run_name in names_in(RUNS):
        folder = os.path.join(RUNS, run_name)
        kept = os.path.join(folder, "venv-before")
        if os.path.lexists(kept):
            environment = os.path.realpath(os.path.join(ROOT, os.readlink(kept))) if os.path.islink(kept) else kept
            at = written(os.path.join(folder, "code-environment"), os.path.join(folder, "claim"), kept)
            last, needed = used.get(environment, (0, False))
            used[environment] = (max(at, last), may_be_taken_up(folder) or needed)
    return used

def is_waited_for(path):
    """Built, or found ready, a moment ago."""
    return written(mark_of(path)) > NOW - MOMENT

def environments():
    """All that the bot has built or put aside, except the live one. The one that was put aside last always stays."""
    used = put_aside()
    last = max(used, key=lambda environment: used[environment][0], default=None)
    found = []
    paths = [os.path.join(VENVS, name) for name in names_in(VENVS)] + [os.path.join(RUNS, name, "venv-before") for name in names_in(RUNS)]
    for path in paths:
        if os.path.islink(path) or not os.path.isdir(path) or os.path.realpath(path) == LIVE:
            continue
        real = os.path.realpath(path)
        at, needed = used.get(real, (written(mark_of(path), path), False))
        found.append({"name": os.path.relpath(path, HOME), "path": path, "at": at, "used": real in used,
                      "protected": needed or is_waited_for(path) or real == last})
    return sorted(found, key=lambda one: one["at"], reverse=True)

def by_worth(entries):
    """Of those that no run has put aside, only the newest is worth as much as the others: many dry runs must not take away what an
    undo needs."""
    unused = [one for one in entries if not one["used"]]
    return [one for one in entries if one not in unused[1:]] + unused[1:]

def beyond(entries, count):
    """The entries to remove. Protected ones count, but they stay whatever the count is."""
    room = count - sum(1 for one in entries if one["protected"])
    free = [one for one in entries if not one["protected"]]
    return free[max(0, room):]

def old_copies():
    """Copies that runs restored from, and incomplete backups. Nobody continues a run that ended before yesterday, nor the one that
    has just ended."""
    ended = [os.path.join(RUNS, name) for name in names_in(RUNS) if os.path.exists(os.path.join(RUNS, name, "recorded"))
            and (name == PARAMETERS["run"] or written(os.path.join(RUNS, name, "claim")) < NOW - DAY)]
    return [os.path.join(folder, name) for run in ended for folder in [run] + attempts_of(run) for name in os.listdir(folder)
            if name in ("restore.sql.gz", "put-back.sql.gz") or name.startswith(".copy.") or name.endswith(".sql.gz.new")]

def old_trees(left):
    commits = set(os.path.basename(one["path"])[:40] for one in left) | {os.path.basename(LIVE)[:40]}
    return [os.path.join(TREES, name) for name in names_in(TREES) if name not in commits and written(os.path.join(TREES, name)) < NOW - MOMENT]

def move_to_trash(path, commit=None):
    """Out of the way in one step, so that nobody finds half of it. Nothing happens if someone is preparing this commit, or has just
    done so."""
    with open(os.path.join(VENVS, (commit or "runs") + ".lock"), "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        if commit is not None and is_waited_for(path):
            return
        os.makedirs(TRASH, exist_ok=True)
        os.rename(path, os.path.join(TRASH, "%d-%s" % (time.time_ns(), os.path.basename(path))))

def remove():
    for one in beyond(safety_backups(), KEEP["safetyBackups"]):
        for path in one["paths"]:
            os.unlink(path)
    for path in old_copies():
        os.unlink(path)
    own = os.path.join(RUNS, PARAMETERS["run"])
    if holds_only_a_copy(own):
        shutil.rmtree(own, ignore_errors=True)
    for one in beyond(by_worth(environments()), KEEP["environments"]):
        move_to_trash(one["path"], os.path.basename(one["path"])[:40] if os.path.dirname(one["path"]) == VENVS else None)
    for path in old_trees(environments()):
        move_to_trash(path, os.path.basename(path))

def empty_trash():
    problems = []
    # The bot's own directory belongs to the site's user. What can't be removed was put there by someone else.
    shutil.rmtree(TRASH, onerror=lambda _, path, error: problems.append("%s: %s" % (path, error[1].strerror)) if os.path.lexists(TRASH) else None)
    git("worktree", "prune")
    return problems

if KEEP is not None:
    # Only while nobody deploys. The lock is held just for the moment that it takes to move things out of the way.
    with open(os.path.join(ROOT, "deploy.lock"), "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stop("deploy.lock is held", code="lock-held")
        os.makedirs(VENVS, exist_ok=True)
        remove()
    problems = empty_trash()
    if problems:
        stop("not everything could be removed: %s" % problems[0])
answer({
    "safetyBackups": [{"run": one["run"], "at": utc(one["at"]), "bytes": one["bytes"]} for one in safety_backups()],
    "environments": [{"name": one["name"], "at": utc(one["at"])} for one in environments()],
})
