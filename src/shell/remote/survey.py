# First look at a site: who we are, units, rights, lock, code, .env, disk. Changes nothing on the host.
import datetime, fcntl, pwd, shlex, shutil, socket

SLUG = PARAMETERS["slug"]
UNITS = {"gunicorn": "sum-%s-gunicorn.service" % SLUG, "celery": "sum-%s-celery.service" % SLUG, "socket": "sum-%s-gunicorn.socket" % SLUG}
TOOLS = ["bash", "curl", "flock", "git", "gzip", "pg_dump", "psql", "python3", "setsid", "sha256sum", "sudo", "sync", "systemctl", "timeout"]

def show(unit):
    _, out, _ = run(["systemctl", "show", unit, "-p", "LoadState,ActiveState,UnitFileState,ExecStart"])
    return dict(line.split("=", 1) for line in out.splitlines() if "=" in line)

def units():
    """Those that the switch has to stop and start: gunicorn always, the others where they are in use."""
    found, binds, executables = [], [], []
    for kind, name in UNITS.items():
        facts = show(name)
        if facts.get("LoadState") != "loaded":
            continue
        enabled = facts.get("UnitFileState") == "enabled"
        active = facts.get("ActiveState", "unknown")
        if kind != "gunicorn" and not enabled and active in ("inactive", "failed"):
            continue
        found.append({"name": name, "kind": kind, "active": active, "enabled": enabled})
        command = re.search(r"argv\[\]=(.*?) ; ignore_errors", facts.get("ExecStart", ""))
        words = shlex.split(command.group(1)) if command else []
        if words and words[0].startswith(ROOT + "/venv/"):
            executables.append(words[0][len(ROOT) + 6:])
        if kind == "gunicorn":
            for i, word in enumerate(words):
                if word in ("--bind", "-b") and i + 1 < len(words):
                    binds.append(words[i + 1])
                elif word.startswith("--bind="):
                    binds.append(word[7:])
    return found, as_client_address((binds or [None])[0]), executables

def as_client_address(bind):
    """An address to listen on as one to ask: nobody can connect to every address at once."""
    if bind is None or bind.startswith("unix:"):
        return bind
    host, _, port = bind.rpartition(":")
    return "%s:%s" % ({"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host), port)

def ends_programs_at_logout(user):
    """Whether logind kills what a login left running: then the switch would die with the connection."""
    manager = ["org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"]
    _, kills, _ = run(["busctl", "get-property"] + manager + ["KillUserProcesses"])
    _, spared, _ = run(["busctl", "get-property"] + manager + ["KillExcludeUsers"])
    return kills.strip() == "b true" and '"%s"' % user not in spared

def missing_rights(found):
    missing = []
    for unit in found:
        for verb in ("stop", "start"):
            if run(["sudo", "-n", "-l", "systemctl", verb, unit["name"]])[0] != 0:
                missing.append("systemctl %s %s" % (verb, unit["name"]))
    return missing

def lock_free():
    try:
        with open(os.path.join(ROOT, "deploy.lock"), "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return True
    except FileNotFoundError:
        return True
    except OSError:
        return False

def environment_file():
    """(problem, values). The shell's own message may quote a secret: only its line number is passed on."""
    code, out, err = run(["bash", "-c", 'set -eu; set -a; . "$1" >/dev/null; printf "%s\\0%s" "${DJANGO_SETTINGS_MODULE:-}" "${DJANGO_STATIC_ROOT:-}"', "env", ENV_FILE])
    if code != 0:
        line = re.search(r"line (\d+)", err)
        return ("bash cannot read line %s of it" % line.group(1)) if line else "bash cannot read it", ["", ""]
    return None, out.split("\0")

def last_run():
    """The highest number of a run of this site that was claimed here: the host remembers what a lost record forgot."""
    numbers = [0]
    runs = os.path.join(HOME, "runs")
    for name in os.listdir(runs) if os.path.isdir(runs) else []:
        found = re.fullmatch(re.escape(SLUG) + r"-(\d{1,9})", name)
        if found and os.path.exists(os.path.join(runs, name, "claim")):
            numbers.append(int(found.group(1)))
    return max(numbers)

user = pwd.getpwuid(os.geteuid()).pw_name
result = {"user": user, "owner": None, "problem": None}
try:
    result["owner"] = pwd.getpwuid(os.stat(APP).st_uid).pw_name
except (OSError, KeyError) as problem:
    result["problem"] = "%s: %s" % (APP, problem)
if result["owner"] not in (None, user):
    # As somebody else there is little to see and nothing that git should be asked: the rest says nothing, and the gate
    # refuses by the owner before it looks at it.
    result.update({
        "hostname": socket.gethostname(), "bootId": "", "clock": "", "missingTools": [], "missingRights": [], "systemctl": "",
        "units": [], "bind": None, "executables": [], "lockFree": True, "indexLocked": False, "dirtyFiles": [],
        "live": {"commit": "0" * 40, "committedAt": "", "subject": "", "tags": [], "pin": None}, "reflog": [],
        "environmentFileError": None, "settingsModule": None, "staticRoot": None, "lastRun": 0, "endsProgramsAtLogout": False, "freeBytes": 0,
    })
    answer({name: value for name, value in result.items() if name != "problem"})
    sys.exit()
head = git_line("rev-parse", "--verify", "HEAD^{commit}") if result["problem"] is None else None
if head is None:
    answer({"problem": result["problem"] or "%s is not a git checkout" % APP})
    sys.exit()
found, bind, executables = units()
problem, values = environment_file()
status, porcelain, _ = git("status", "--porcelain", timeout=60)
if status != 0:
    answer({"problem": "git cannot say whether %s was changed by hand" % APP})
    sys.exit()
disk = os.statvfs(ROOT)
result.update({
    "hostname": socket.gethostname(),
    "bootId": open("/proc/sys/kernel/random/boot_id").read().strip(),
    "clock": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "missingTools": [tool for tool in TOOLS if shutil.which(tool) is None] + [p for p in PARAMETERS["scripts"] if not os.access(p, os.X_OK)],
    "missingRights": missing_rights(found),
    "systemctl": shutil.which("systemctl"),
    "units": found, "bind": bind, "executables": executables,
    "lockFree": lock_free(),
    "indexLocked": os.path.exists(os.path.join(APP, ".git", "index.lock")),
    "dirtyFiles": [line[3:] for line in porcelain.splitlines()][:20],
    "live": commit_infos([head])[head],
    "reflog": reflog()[:50],
    "environmentFileError": problem,
    "settingsModule": values[0] or None, "staticRoot": values[1] or None,
    "lastRun": last_run(),
    "endsProgramsAtLogout": ends_programs_at_logout(user),
    "freeBytes": disk.f_bavail * disk.f_frsize,
})
answer({name: value for name, value in result.items() if name != "problem"})
