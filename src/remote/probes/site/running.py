# What is running after the switch: since when, from which directory and environment, and with which packages.
import time

PROPERTIES = "ActiveState,SubState,MainPID,NRestarts,Result"

def process(unit, pid):
    """When a process started, in seconds since the epoch, its working directory and its program. The kernel says so. If it does
    not show the directory, because the unit has its own group, systemd's setting counts."""
    try:
        with open("/proc/%s/stat" % pid) as stat:
            ticks = int(stat.read().rpartition(")")[2].split()[19])
        with open("/proc/stat") as stat:
            boot = next(int(line.split()[1]) for line in stat if line.startswith("btime"))
    except (OSError, StopIteration):
        return None
    try:
        directory = os.readlink("/proc/%s/cwd" % pid)
    except OSError:
        directory = show(unit, "WorkingDirectory").get("WorkingDirectory", "")
    return dict({"cwd": directory, "startedAt": boot + ticks / os.sysconf("SC_CLK_TCK"), "program": program(pid)}, **beside_its_unit(unit, pid))

def beside_its_unit(unit, pid):
    """Whether a process has other arguments than its unit says now, and which variables have another value there. A title in place of
    the command line, a shell in front of the program, and another group say nothing."""
    words, environment, files = unit_facts(unit)
    variables = unit_variables(environment, files)
    wanted, running = expanded(words, variables), running_words(pid)
    found = {"otherArguments": False, "otherVariables": []}
    if not running or not wanted or not (is_python(wanted[0]) or wanted[0] == VENV + "bin/gunicorn"):
        return found
    count = len(wanted) - 1
    try:
        with open("/proc/%s/environ" % pid, "rb") as text:
            has = dict(one.split("=", 1) for one in text.read().decode("utf-8", "surrogateescape").split("\0") if "=" in one)
    except OSError:
        has = {}
    return {"otherArguments": count > 0 and running[-count:] != wanted[1:],
            "otherVariables": sorted(name for name, value in variables.items() if has.get(name, value) != value)[:10]}

def program(pid):
    """The first word of the command line. Everyone may read that, unlike /proc/PID/exe."""
    try:
        with open("/proc/%s/cmdline" % pid, "rb") as text:
            word = text.read().split(b"\0")[0].decode("utf-8", "replace")
    except OSError:
        return None
    return word if word.startswith("/") else None

def unlike_a_fresh_checkout():
    """What the live tree has or lacks in comparison with the tree that was checked out aside, where git's own status shows nothing.
    None: nothing."""
    head, reflogged = git_line("rev-parse", "HEAD"), reflog()
    aside = os.path.join(TREES, head or "none")
    if head is not None and os.path.isdir(aside):
        different = submodules_as_in(APP, aside, repository_of(APP), head)
        if different is not None:
            return different
    previous = next((entry["commit"] for entry in reflogged if entry["commit"] != head), None)
    if previous is None:
        return None
    _, others, _ = git("ls-files", "--others", "-z", timeout=60)
    _, theirs, _ = git("ls-tree", "-r", "-z", "--name-only", "--full-tree", previous, timeout=60)
    were = set(theirs.split("\0"))
    left = [path for path in others.split("\0") if path and path.rstrip("/") in were]
    return "%s of the previous version is still there" % left[0].rstrip("/") if left else None

before = {unit: show(unit, PROPERTIES) for unit in PARAMETERS["units"]}
time.sleep(PARAMETERS["windowSeconds"])
after = {unit: show(unit, PROPERTIES) for unit in PARAMETERS["units"]}
services = [unit for unit in PARAMETERS["units"] if unit.endswith(".service")]
packages = installed(os.path.join(ROOT, "venv"))
answer({
    "head": git_line("rev-parse", "HEAD"),
    "dirty": changes_in(APP, untracked="no") != [],
    "unlikeFresh": unlike_a_fresh_checkout(),
    "venv": os.path.realpath(os.path.join(ROOT, "venv")),
    "environment": os.path.realpath(PARAMETERS["environment"]) if PARAMETERS["environment"] else None,
    "installed": {name: packages.get(name) for name in PARAMETERS["packages"]},
    "units": [{"name": unit, "active": after[unit].get("ActiveState"), "sub": after[unit].get("SubState"),
               "steady": all(before[unit].get(k) == after[unit].get(k) for k in ("MainPID", "NRestarts", "ActiveState")),
               "process": process(unit, after[unit].get("MainPID", "0")) if unit in services else None} for unit in PARAMETERS["units"]],
})
