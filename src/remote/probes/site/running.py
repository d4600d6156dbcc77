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
    return {"cwd": directory, "startedAt": boot + ticks / os.sysconf("SC_CLK_TCK"), "program": program(pid)}

def program(pid):
    """The first word of the command line. Everyone may read that, unlike /proc/PID/exe."""
    try:
        with open("/proc/%s/cmdline" % pid, "rb") as text:
            word = text.read().split(b"\0")[0].decode("utf-8", "replace")
    except OSError:
        return None
    return word if word.startswith("/") else None

before = {unit: show(unit, PROPERTIES) for unit in PARAMETERS["units"]}
time.sleep(PARAMETERS["windowSeconds"])
after = {unit: show(unit, PROPERTIES) for unit in PARAMETERS["units"]}
services = [unit for unit in PARAMETERS["units"] if unit.endswith(".service")]
packages = installed(os.path.join(ROOT, "venv"))
answer({
    "head": git_line("rev-parse", "HEAD"),
    "dirty": git_line("status", "--porcelain", "--untracked-files=no") is not None,
    "venv": os.path.realpath(os.path.join(ROOT, "venv")),
    "environment": os.path.realpath(PARAMETERS["environment"]) if PARAMETERS["environment"] else None,
    "installed": {name: packages.get(name) for name in PARAMETERS["packages"]},
    "units": [{"name": unit, "active": after[unit].get("ActiveState"), "sub": after[unit].get("SubState"),
               "steady": all(before[unit].get(k) == after[unit].get(k) for k in ("MainPID", "NRestarts", "ActiveState")),
               "process": process(unit, after[unit].get("MainPID", "0")) if unit in services else None} for unit in PARAMETERS["units"]],
})
