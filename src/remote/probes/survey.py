# First look at a site: who we are, units, rights, lock, code, .env, health, disk. Changes nothing on the host.
import datetime, fcntl, pwd, shlex, shutil, socket, time, urllib.parse

SLUG = PARAMETERS["slug"]
DOMAIN = PARAMETERS["domain"]
UNITS = {"gunicorn": "sum-%s-gunicorn.service" % SLUG, "celery": "sum-%s-celery.service" % SLUG, "socket": "sum-%s-gunicorn.socket" % SLUG}
TOOLS = ["bash", "curl", "flock", "git", "gzip", "pg_dump", "psql", "python3", "setsid", "sha256sum", "sudo", "sync", "systemctl", "timeout"]

def show(unit):
    _, out, _ = run(["systemctl", "show", unit, "-p", "LoadState,ActiveState,SubState,UnitFileState,Result,NRestarts,ExecMainStatus,ExecMainStartTimestampMonotonic,TimeoutStopUSec,ExecStart"])
    return dict(line.split("=", 1) for line in out.splitlines() if "=" in line)

def number(text):
    return int(text) if (text or "").isdigit() else 0

def loaded_application(words):
    """What gunicorn is started with, to have it loaded elsewhere: program and words before the options, and the application.
    None where the unit starts it in a way of its own."""
    application = next((word for word in reversed(words) if re.fullmatch(r"[\w.]+:[\w.]+(\(\))?", word)), None)
    programs = {"gunicorn": 1, "python": 3, "python3": 3}
    count = programs.get(os.path.basename(words[0]) if words else "", 0)
    if application is None or count == 0 or not words[0].startswith(ROOT + "/venv/") or (count == 3 and words[1:3] != ["-m", "gunicorn"]):
        return None
    return {"program": [words[0][len(ROOT) + 6:]] + words[1:count], "name": application}

def seconds(text):
    """systemd's `1min 30s` in seconds; None for infinity, and where it says nothing that can be read."""
    sizes = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400}
    parts = re.findall(r"(\d+)\s*(us|ms|s|min|h|d)\b", text or "")
    return sum(int(count) * sizes[unit] for count, unit in parts) if parts else None

def started_at(facts):
    """When the main process began, in seconds since the epoch; None where systemd knows of none."""
    since_boot = number(facts.get("ExecMainStartTimestampMonotonic"))
    return time.time() - time.monotonic() + since_boot / 1e6 if since_boot and facts.get("ActiveState") == "active" else None

def units():
    """Those that the switch has to stop and start: gunicorn always, the others where they are in use."""
    found, binds, executables, application = [], [], [], None
    for kind, name in UNITS.items():
        facts = show(name)
        if facts.get("LoadState") != "loaded":
            continue
        enabled = facts.get("UnitFileState") == "enabled"
        active = facts.get("ActiveState", "unknown")
        if kind != "gunicorn" and not enabled and active in ("inactive", "failed"):
            continue
        found.append({"name": name, "kind": kind, "active": active, "sub": facts.get("SubState", ""), "enabled": enabled,
                      "result": facts.get("Result", ""), "restarts": number(facts.get("NRestarts")),
                      "exitStatus": number(facts.get("ExecMainStatus")), "startedAt": started_at(facts),
                      "stopSeconds": seconds(facts.get("TimeoutStopUSec")), "foreignExecutable": None})
        command = re.search(r"argv\[\]=(.*?) ; ignore_errors", facts.get("ExecStart", ""))
        words = shlex.split(command.group(1)) if command else []
        if words and words[0].startswith(ROOT + "/venv/"):
            executables.append(words[0][len(ROOT) + 6:])
        elif words:
            found[-1]["foreignExecutable"] = words[0][:200]
        if kind == "gunicorn":
            application = loaded_application(words)
            for i, word in enumerate(words):
                if word in ("--bind", "-b") and i + 1 < len(words):
                    binds.append(words[i + 1])
                elif word.startswith("--bind="):
                    binds.append(word[7:])
    return found, as_client_address((binds or [None])[0]), executables, application

def other_units():
    """Units named after this site beside the three, active or enabled; a site called acme does not own sum-acme-kitchens-*."""
    platform = os.path.dirname(ROOT)
    longer = [name for name in (os.listdir(platform) if os.path.isdir(platform) else []) if name.startswith(SLUG + "-")]
    _, active, _ = run(["systemctl", "list-units", "--plain", "--no-legend", "--state=active,activating", "sum-%s-*" % SLUG])
    _, enabled, _ = run(["systemctl", "list-unit-files", "--plain", "--no-legend", "--state=enabled", "sum-%s-*" % SLUG])
    names = set(line.split()[0] for line in (active + enabled).splitlines() if line.strip())
    return sorted(name for name in names - set(UNITS.values()) if not any(name.startswith("sum-%s-" % site) for site in longer))[:20]

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
    """(problem, [address of Redis, static root]). The shell's own message may quote a secret: only its line number is passed on."""
    code, out, err = run(["bash", "-c", 'set -eu; set -a; . "$1" >/dev/null; printf "%s\\0%s" "${REDIS_URL:-}" "${DJANGO_STATIC_ROOT:-}"', "env", ENV_FILE])
    if code != 0:
        line = re.search(r"line (\d+)", err)
        return ("bash cannot read line %s of it" % line.group(1)) if line else "bash cannot read it", ["", ""]
    return None, out.split("\0")

def health(found, bind):
    """The health page as the switch asks it, behind the proxy. A stopped gunicorn is not asked: its socket would start it."""
    if not any(unit["kind"] == "gunicorn" and unit["active"] == "active" for unit in found) or bind is None:
        return {"status": None, "word": "gunicorn does not run", "failing": []}
    at = ["--unix-socket", bind[5:], "http://localhost/health/"] if bind.startswith("unix:") else ["http://%s/health/" % bind]
    code, out, _ = run(["curl", "-s", "-m", "5", "-H", "Host: " + DOMAIN, "-H", "X-Forwarded-Proto: https", "-w", "\n%{http_code}"] + at)
    body, _, status = out.rpartition("\n")
    if code != 0:
        return {"status": None, "word": "no answer within 5 s" if code == 28 else "nothing answers", "failing": []}
    try:
        report = json.loads(body)
        # Names only: the details of a check can hold connection strings.
        failing = [str(name)[:40] for name, check in report.get("checks", {}).items() if check.get("status") != "ok"]
        return {"status": int(status), "word": str(report.get("status", ""))[:40], "failing": failing[:20]}
    except (AttributeError, ValueError):
        return {"status": int(status), "word": "no health report", "failing": []}

def redis_words(connection, url):
    """What Redis says to a PING, without its greeting and without any secret."""
    if url.scheme == "rediss":
        import ssl
        connection = ssl.create_default_context().wrap_socket(connection, server_hostname=url.hostname)
    words = []
    if url.password:
        words.append([b"AUTH"] + ([urllib.parse.unquote(url.username).encode()] if url.username else []) + [urllib.parse.unquote(url.password).encode()])
    said = ""
    for one in words + [[b"PING"]]:
        connection.sendall(b"*%d\r\n" % len(one) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in one))
        said = connection.recv(512).decode("utf-8", "replace")
        if not said.startswith("+"):
            break
    return said

def redis(address):
    """Whether the Redis of .env answers where it should be; None where .env names none."""
    try:
        url = urllib.parse.urlsplit(address)
        if url.scheme not in ("redis", "rediss") or not url.hostname:
            return None
        at = (url.hostname, url.port or 6379)
    except ValueError:
        return None
    problem = None
    try:
        with socket.create_connection(at, 2) as connection:
            said = redis_words(connection, url)
            if not said:
                problem = "closes the connection"
            elif not said.startswith("+"):
                problem = "answers %s" % (re.findall(r"^-([A-Z]+)", said) or ["something else than PONG"])[0]
    except ConnectionRefusedError:
        problem = "does not run: nothing listens there"
    except socket.timeout:
        problem = "does not answer within 2 s"
    except OSError as trouble:
        problem = "cannot be reached (%s)" % (trouble.strerror or "its name or certificate is wrong")
    return {"address": "%s:%d" % at, "problem": problem}

def requirements():
    try:
        with open(os.path.join(APP, "requirements.txt")) as text:
            return text.read()
    except OSError:
        return ""

def last_run():
    """The highest number of a run of this site that was claimed here: the host remembers what a lost record forgot."""
    numbers = [0]
    runs = os.path.join(HOME, "runs")
    for name in os.listdir(runs) if os.path.isdir(runs) else []:
        found = re.fullmatch(re.escape(SLUG) + r"-(\d{1,9})", name)
        if found and os.path.exists(os.path.join(runs, name, "claim")):
            numbers.append(int(found.group(1)))
    return max(numbers)

def quarantine():
    """Versions that should not go onto this site: a file each, with a line for each run that left it. A person may place
    one too, with any words or none."""
    folder, found = os.path.join(HOME, "quarantine"), []
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    for name in [one for one in names if not one.startswith(".")][:200]:
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as text:
                lines = text.read(16384).splitlines()
        except OSError:
            lines = []
        runs = [line.split("\t", 2) for line in lines if line.count("\t") >= 2]
        words = " ".join(line.strip() for line in lines if not line.startswith("#"))
        found += [{"name": name, "run": run, "since": since, "why": why[:200]} for run, since, why in runs] or \
                 [{"name": name, "run": None, "since": None, "why": words[:200]}]
    return found

def pin_ran_before(head):
    """Whether another commit that was checked out here before has the pin of the live one."""
    pins = {commit: pin_of(text) for commit, text in requirements_at(list(dict.fromkeys([head] + [entry["commit"] for entry in reflog()[:50]]))).items()}
    return pins.get(head) is not None and any(pin == pins[head] for commit, pin in pins.items() if commit != head)

def foreign_owned():
    """Something of the code or the static files that belongs to somebody else, as `path (owner)`: git and collectstatic
    would fail there half way. None where there is nothing, or the search took too long."""
    places = [path for path in (APP, os.path.join(ROOT, "static")) if os.path.isdir(path)]
    code, out, _ = run(["find"] + places + ["!", "-user", user, "-printf", "%p (%u)\n", "-quit"], timeout=10)
    return out.strip()[:300] or None if code == 0 else None

def clock():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

user = pwd.getpwuid(os.geteuid()).pw_name
try:
    owner = pwd.getpwuid(os.stat(APP).st_uid).pw_name
except (OSError, KeyError) as problem:
    answer({"problem": "%s: %s" % (APP, problem)})
    sys.exit()
result = {"user": user, "owner": owner}
if owner != user:
    # As somebody else there is little to see and nothing that git should be asked: the rest says nothing, and the gate
    # refuses by the owner before it looks at it.
    result.update({
        "hostname": socket.gethostname(), "clock": clock(), "missingTools": [], "missingRights": [], "systemctl": "",
        "units": [], "otherUnits": [], "bind": None, "executables": [], "application": None, "foreignOwned": None, "staticRoot": None, "lockFree": True, "indexLocked": False, "dirtyFiles": [],
        "live": {"commit": "0" * 40, "committedAt": "", "subject": "", "tags": [], "pin": None}, "reflog": [],
        "environmentFileError": None, "lastRun": 0, "endsProgramsAtLogout": False, "freeBytes": 0,
        "health": {"status": None, "word": "", "failing": []}, "redis": None, "unmetPins": [], "stack": None,
        "quarantine": [], "pinRanBefore": False,
    })
    answer(result)
    sys.exit()
head = git_line("rev-parse", "--verify", "HEAD^{commit}")
if head is None:
    answer({"problem": "%s is not a git checkout" % APP})
    sys.exit()
found, bind, executables, application = units()
problem, (redis_address, static_root) = environment_file()
status, porcelain, _ = git("status", "--porcelain", timeout=60)
if status != 0:
    answer({"problem": "git cannot say whether %s was changed by hand" % APP})
    sys.exit()
disk = os.statvfs(ROOT)
stack = stack_values(APP)
result.update({
    "hostname": socket.gethostname(),
    "clock": clock(),
    "missingTools": [tool for tool in TOOLS if shutil.which(tool) is None] + [p for p in PARAMETERS["scripts"] if not os.access(p, os.X_OK)],
    "missingRights": missing_rights(found),
    "systemctl": shutil.which("systemctl"),
    "units": found, "otherUnits": other_units(), "bind": bind, "executables": executables, "application": application,
    "foreignOwned": foreign_owned(), "staticRoot": static_root or None,
    "lockFree": lock_free(),
    "indexLocked": os.path.exists(os.path.join(APP, ".git", "index.lock")),
    "dirtyFiles": [line[3:] for line in porcelain.splitlines()][:20],
    "live": commit_infos([head])[head],
    "reflog": reflog()[:50],
    "environmentFileError": problem,
    "stack": {name: (stack.get(key) or "")[:100] or None for name, key in (("slug", "site_slug"), ("environment", "env"), ("domain", "domain"), ("core", "sum_core_ref"))} if stack else None,
    "unmetPins": unmet_pins(requirements(), os.path.join(ROOT, "venv")),
    "health": health(found, bind), "redis": redis(redis_address),
    "lastRun": last_run(), "quarantine": quarantine(), "pinRanBefore": pin_ran_before(head),
    "endsProgramsAtLogout": ends_programs_at_logout(user),
    "freeBytes": disk.f_bavail * disk.f_frsize,
})
answer(result)
