# The site's units, and what systemd would say to their start and stop. Needs command.py.
import time

SLUG = PARAMETERS["slug"]
UNITS = {"gunicorn": "sum-%s-gunicorn.service" % SLUG, "celery": "sum-%s-celery.service" % SLUG, "socket": "sum-%s-gunicorn.socket" % SLUG}
UNIT_PROPERTIES = ("LoadState,LoadError,ActiveState,SubState,UnitFileState,Result,NRestarts,ExecMainStatus,ExecMainStartTimestampMonotonic,MainPID,"
                   "TimeoutStopUSec,TriggeredBy,NeedDaemonReload,RefuseManualStart,RefuseManualStop,Restart,RestartPreventExitStatus,StartLimitIntervalUSec,"
                   "StartLimitBurst,"
                   "Requires,Requisite,BindsTo,Conflicts,ConflictedBy")

def number(text):
    return int(text) if (text or "").isdigit() else 0

def started_at(facts):
    """When the main process started, in seconds since the epoch. None: there is no main process."""
    since_boot = number(facts.get("ExecMainStartTimestampMonotonic"))
    return time.time() - time.monotonic() + since_boot / 1e6 if since_boot and facts.get("ActiveState") == "active" else None

def in_use(kind, facts):
    """gunicorn always counts; the others only if they are running or enabled."""
    return kind == "gunicorn" or facts.get("UnitFileState") == "enabled" or facts.get("ActiveState", "unknown") not in ("inactive", "failed")

def site_units():
    """{name: (kind, facts)} of the units that systemd knows. A socket of any name that starts gunicorn belongs to them."""
    known = {name: (kind, show(name, UNIT_PROPERTIES)) for kind, name in UNITS.items()}
    triggers = known[UNITS["gunicorn"]][1].get("TriggeredBy", "").split()
    known.update((name, ("socket", show(name, UNIT_PROPERTIES))) for name in triggers if name.endswith(".socket") and name not in known)
    return {name: (kind, facts) for name, (kind, facts) in known.items() if facts.get("LoadState") not in (None, "", "not-found") and in_use(kind, facts)}

def foreign_program(words):
    return words[0][:200] if words and not words[0].startswith(VENV) else None

def units(known):
    """The units that the switch stops and starts, and what their services start, by name."""
    found, commands = [], {}
    for name, (kind, facts) in known.items():
        if facts["LoadState"] != "loaded":
            continue
        if kind != "socket":
            commands[name] = command_of(name, facts.get("MainPID", "0"))
        found.append({"name": name, "kind": kind, "active": facts.get("ActiveState", "unknown"), "sub": facts.get("SubState", ""),
                      "enabled": facts.get("UnitFileState") == "enabled", "result": facts.get("Result", ""),
                      "restarts": number(facts.get("NRestarts")), "exitStatus": number(facts.get("ExecMainStatus")),
                      "startedAt": started_at(facts), "stopSeconds": seconds(facts.get("TimeoutStopUSec")),
                      "foreignExecutable": foreign_program(commands[name][0]) if name in commands else None})
    return found, commands

def executables_in(commands):
    return [words[0][len(VENV):] for words, _ in commands.values() if words and words[0].startswith(VENV)]

def wrappers_in(commands):
    """Units that start a shell or env, of which nothing can be told."""
    return [name for name, (words, _) in commands.items() if words and os.path.basename(words[0]) in SHELLS]

def is_given_up(facts):
    """Whether systemd has stopped restarting a unit. Its Result often names how the program ended, and not that."""
    if facts.get("ActiveState") != "failed":
        return False
    restarted = facts.get("Restart", "no") != "no" and number(facts.get("NRestarts")) > 0 and not facts.get("RestartPreventExitStatus")
    return facts.get("Result") == "start-limit-hit" or restarted

def start_limit(facts):
    """None: systemd starts it as often as anyone likes."""
    burst, interval = number(facts.get("StartLimitBurst")), facts.get("StartLimitIntervalUSec", "")
    last = number(facts.get("ExecMainStartTimestampMonotonic"))
    if burst == 0 or interval in ("", "0"):
        return None
    return {"burst": burst, "seconds": seconds(interval), "isHit": is_given_up(facts),
            "sinceLastStart": time.monotonic() - last / 1e6 if last else None, "restarts": facts.get("Restart", "no") != "no"}

def missing_needs(facts):
    """{name: why} of the units without which systemd does not start this one, and that it can't load."""
    names = sorted(set(" ".join(facts.get(key, "") for key in ("Requires", "Requisite", "BindsTo")).split()))
    loads = show_each(names, "LoadState")
    return {name: load for name, load in loads.items() if load in ("masked", "not-found", "error", "bad-setting")}

def active_rivals(facts):
    """Active units that systemd stops when it starts this one."""
    names = sorted(set((facts.get("Conflicts", "") + " " + facts.get("ConflictedBy", "")).split()) - {"shutdown.target"})
    return [name for name, state in show_each(names, "ActiveState").items() if state == "active"]

def failing_conditions(unit):
    """What systemd itself says about the unit's Condition… and Assert…, right now. Versions before 250 can't be asked."""
    if bus_properties(unit, "Unit", ["Conditions", "Asserts"]) == [[], []]:
        return []
    code, out, err = run(["systemd-analyze", "condition", "--unit=" + unit])
    failed = re.findall(r"((?:Condition|Assert)\w+=\S.*?) failed", out + err)
    return [one[:200] for one in failed] if code != 0 else []

def has_unread_drop_in(unit):
    """Whether a drop-in lies on the disk that systemd has not read. systemd itself does not notice one in a directory that is new."""
    folders = ("/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system")
    there = {os.path.basename(path) for folder in folders for path in glob.glob("%s/%s.d/*.conf" % (folder, unit))}
    return not there <= {os.path.basename(path) for path in show(unit, "DropInPaths").get("DropInPaths", "").split()}

def starts(known):
    """For each unit: what systemd would say to a start and a stop."""
    found = []
    for name, (_, facts) in known.items():
        limit = start_limit(facts)
        found.append({
            "name": name, "load": facts["LoadState"], "problem": facts.get("LoadError", "").partition(" ")[2].strip('"')[:200] or None,
            "masked": facts["LoadState"] == "masked" or facts.get("UnitFileState", "").startswith("masked"),
            "stale": facts.get("NeedDaemonReload") == "yes" or has_unread_drop_in(name), "refusesStart": facts.get("RefuseManualStart") == "yes",
            "refusesStop": facts.get("RefuseManualStop") == "yes", "needs": missing_needs(facts),
            "conditions": failing_conditions(name), "limit": limit,
            "stops": active_rivals(facts),
            "mayReset": limit is None or run(["sudo", "-n", "-l", "systemctl", "reset-failed", name])[0] == 0})
    return found

def other_units():
    """Further units of this site that are active or enabled, by their names. A site called acme does not own
    sum-acme-kitchens-*."""
    platform = os.path.dirname(ROOT)
    longer = [name for name in (os.listdir(platform) if os.path.isdir(platform) else []) if name.startswith(SLUG + "-")]
    _, active, _ = run(["systemctl", "list-units", "--plain", "--no-legend", "--state=active,activating", "sum-%s-*" % SLUG])
    _, enabled, _ = run(["systemctl", "list-unit-files", "--plain", "--no-legend", "--state=enabled", "sum-%s-*" % SLUG])
    names = set(line.split()[0] for line in (active + enabled).splitlines() if line.strip())
    return sorted(name for name in names - set(UNITS.values()) if not any(name.startswith("sum-%s-" % site) for site in longer))[:20]

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
