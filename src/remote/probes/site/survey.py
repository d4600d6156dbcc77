# The first look at a site: user, tools, lock, code and disk. Changes nothing on the host.
import shlex, shutil, socket, time

TOOLS = ["bash", "curl", "flock", "git", "gzip", "pg_dump", "psql", "python3", "setsid", "sha256sum", "sudo", "sync", "systemctl", "timeout"]
STACK_KEYS = (("slug", "site_slug"), ("environment", "env"), ("domain", "domain"), ("core", "sum_core_ref"))

# The answer of a user who does not own the site. Little can be seen then, and git refuses to work. The bot refuses because of
# the owner and looks at nothing else.
NOTHING_SEEN = {
    "missingTools": [], "systemctl": "", "foreignOwned": None, "lockFree": True, "indexLocked": False, "dirtyFiles": [],
    "live": {"commit": "0" * 40, "committedAt": "", "subject": "", "tags": [], "pin": None}, "reflog": [],
    "stack": None, "unmetPins": [], "lastRun": 0, "quarantine": [], "pinRanBefore": False, "endsProgramsAtLogout": False, "freeBytes": 0,
}

def missing_tools():
    return [tool for tool in TOOLS if shutil.which(tool) is None] + [path for path in PARAMETERS["scripts"] if not os.access(path, os.X_OK)]

def changed_files():
    changes = changes_in(APP)
    if changes is None:
        stop("git cannot say whether %s was changed by hand" % APP, git("status", "--porcelain", timeout=60)[2], hint={"kind": "git-status", "folder": APP})
    return (changes + changes_that_git_was_told_to_overlook())[:20]

def changes_that_git_was_told_to_overlook():
    """Files that `git update-index` marked as unchanged or to be skipped, and that differ from the commit nevertheless. A checkout
    of a version that has another content there stops at them."""
    _, out, _ = git("ls-files", "-v", "-z")
    marked = [(entry[0], entry[2:]) for entry in out.split("\0") if entry and (entry[0].islower() or entry[0] == "S")]
    found = []
    for flag, path in marked[:200]:
        if not os.path.lexists(os.path.join(APP, path)):
            continue
        _, listed, _ = git("ls-files", "-s", "-z", "--", ":(literal)" + path)
        code, now, _ = git("hash-object", "--path=" + path, "--", path)
        if code == 0 and now.strip() not in listed.split():
            option = "--no-skip-worktree" if flag == "S" else "--no-assume-unchanged"
            found.append("%s (git status does not show it until: git update-index %s %s)" % (path, option, shlex.quote(path)))
    return found

def stack():
    values = stack_values(APP)
    return {name: (values.get(key) or "")[:100] or None for name, key in STACK_KEYS} if values else None

def seen_by_owner(user):
    head = git_line("rev-parse", "--verify", "HEAD^{commit}")
    if head is None:
        stop("%s is not a git checkout" % APP)
    return {
        "missingTools": missing_tools(), "systemctl": shutil.which("systemctl"), "foreignOwned": foreign_owned(user),
        "lockFree": lock_free(), "indexLocked": os.path.exists(os.path.join(APP, ".git", "index.lock")), "dirtyFiles": changed_files(),
        "live": commit_infos([head])[head], "reflog": reflog()[:50], "pinRanBefore": pin_ran_before(head), "stack": stack(),
        "unmetPins": unmet_pins(pins_in(APP, os.path.join(ROOT, "venv")), os.path.join(ROOT, "venv")),
        "lastRun": last_run(PARAMETERS["slug"]), "quarantine": quarantine(),
        "endsProgramsAtLogout": ends_programs_at_logout(user), "freeBytes": free_bytes(),
    }

user, owner = login_user(), owner_of_code()
answer(dict({"user": user, "owner": owner, "hostname": socket.gethostname(), "clock": utc(time.time())},
            **(seen_by_owner(user) if user == owner else NOTHING_SEEN)))
