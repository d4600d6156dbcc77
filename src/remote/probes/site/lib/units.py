# The site's units, and what they start. Needs systemd.py.
import shlex, time

SLUG = PARAMETERS["slug"]
UNITS = {"gunicorn": "sum-%s-gunicorn.service" % SLUG, "celery": "sum-%s-celery.service" % SLUG, "socket": "sum-%s-gunicorn.socket" % SLUG}
UNIT_PROPERTIES = "LoadState,ActiveState,SubState,UnitFileState,Result,NRestarts,ExecMainStatus,ExecMainStartTimestampMonotonic,TimeoutStopUSec,ExecStart"

def number(text):
    return int(text) if (text or "").isdigit() else 0

def loaded_application(words):
    """What the gunicorn unit starts, so that it can be loaded elsewhere: the program with its first words, and the application.
    None: the unit starts it in some other way."""
    application = next((word for word in reversed(words) if re.fullmatch(r"[\w.]+:[\w.]+(\(\))?", word)), None)
    programs = {"gunicorn": 1, "python": 3, "python3": 3}
    count = programs.get(os.path.basename(words[0]) if words else "", 0)
    if application is None or count == 0 or not words[0].startswith(ROOT + "/venv/") or (count == 3 and words[1:3] != ["-m", "gunicorn"]):
        return None
    return {"program": [words[0][len(ROOT) + 6:]] + words[1:count], "name": application}

def seconds(text):
    """systemd's `1min 30s` in seconds. None: infinity, or nothing that can be read."""
    sizes = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400}
    parts = re.findall(r"(\d+)\s*(us|ms|s|min|h|d)\b", text or "")
    return sum(int(count) * sizes[unit] for count, unit in parts) if parts else None

def started_at(facts):
    """When the main process started, in seconds since the epoch. None: there is no main process."""
    since_boot = number(facts.get("ExecMainStartTimestampMonotonic"))
    return time.time() - time.monotonic() + since_boot / 1e6 if since_boot and facts.get("ActiveState") == "active" else None

def units():
    """The units that the switch stops and starts, the address that gunicorn listens on, the programs in venv that they start, and
    the application. gunicorn always counts; the others only if they are in use."""
    found, binds, executables, application = [], [], [], None
    for kind, name in UNITS.items():
        facts = show(name, UNIT_PROPERTIES)
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
    """Further units of this site that are active or enabled, by their names. A site called acme does not own
    sum-acme-kitchens-*."""
    platform = os.path.dirname(ROOT)
    longer = [name for name in (os.listdir(platform) if os.path.isdir(platform) else []) if name.startswith(SLUG + "-")]
    _, active, _ = run(["systemctl", "list-units", "--plain", "--no-legend", "--state=active,activating", "sum-%s-*" % SLUG])
    _, enabled, _ = run(["systemctl", "list-unit-files", "--plain", "--no-legend", "--state=enabled", "sum-%s-*" % SLUG])
    names = set(line.split()[0] for line in (active + enabled).splitlines() if line.strip())
    return sorted(name for name in names - set(UNITS.values()) if not any(name.startswith("sum-%s-" % site) for site in longer))[:20]

def as_client_address(bind):
    """Makes an address to connect to from one to listen on: a client can't connect to "all addresses"."""
    if bind is None or bind.startswith("unix:"):
        return bind
    host, _, port = bind.rpartition(":")
    return "%s:%s" % ({"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host), port)

# What sudo says, if anything, when it works and the right is missing. Without a terminal it asks for a password in vain.
NO_RIGHT = re.compile(r"sudo: a password is required|Sorry, user .* may not run sudo|.* is not in the sudoers file", re.I)
# sudo says these and goes on.
SUDO_WARNINGS = re.compile(r"sudo: unable to resolve host|/etc/sudoers.*syntax error|\s|.*\^\s*$")

def rights(found):
    """(the commands that the switch needs and that sudo does not allow, what sudo says if it does not work at all)."""
    missing, problem = [], None
    for unit in found:
        for verb in ("stop", "start"):
            code, _, err = run(["sudo", "-n", "-l", "systemctl", verb, unit["name"]])
            if code != 0:
                missing.append("systemctl %s %s" % (verb, unit["name"]))
                said = [line for line in err.splitlines() if line.strip() and not SUDO_WARNINGS.match(line) and not NO_RIGHT.match(line)]
                problem = problem or (said or [None])[-1]
    return ([], re.sub(r"^sudo: ", "", problem)[:300]) if problem else (missing, None)
