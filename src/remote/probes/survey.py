# First look at a site: who we are, units, rights, lock, code, .env, health, disk. Changes nothing on the host.
import shutil, socket, time

TOOLS = ["bash", "curl", "flock", "git", "gzip", "pg_dump", "psql", "python3", "setsid", "sha256sum", "sudo", "sync", "systemctl", "timeout"]

user, owner = login_user(), owner()
result = {"user": user, "owner": owner}
if owner != user:
    # As somebody else there is little to see and nothing that git should be asked: the rest says nothing, and the gate
    # refuses by the owner before it looks at it.
    result.update({
        "hostname": socket.gethostname(), "clock": utc(time.time()), "missingTools": [], "missingRights": [], "systemctl": "",
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
    stop("%s is not a git checkout" % APP)
found, bind, executables, application = units()
problem, (redis_address, static_root) = environment_file()
status, porcelain, _ = git("status", "--porcelain", timeout=60)
if status != 0:
    stop("git cannot say whether %s was changed by hand" % APP)
stack = stack_values(APP)
result.update({
    "hostname": socket.gethostname(),
    "clock": utc(time.time()),
    "missingTools": [tool for tool in TOOLS if shutil.which(tool) is None] + [p for p in PARAMETERS["scripts"] if not os.access(p, os.X_OK)],
    "missingRights": missing_rights(found),
    "systemctl": shutil.which("systemctl"),
    "units": found, "otherUnits": other_units(), "bind": bind, "executables": executables, "application": application,
    "foreignOwned": foreign_owned(user), "staticRoot": static_root or None,
    "lockFree": lock_free(),
    "indexLocked": os.path.exists(os.path.join(APP, ".git", "index.lock")),
    "dirtyFiles": [line[3:] for line in porcelain.splitlines()][:20],
    "live": commit_infos([head])[head],
    "reflog": reflog()[:50],
    "environmentFileError": problem,
    "stack": {name: (stack.get(key) or "")[:100] or None for name, key in (("slug", "site_slug"), ("environment", "env"), ("domain", "domain"), ("core", "sum_core_ref"))} if stack else None,
    "unmetPins": unmet_pins(read_text(os.path.join(APP, "requirements.txt")) or "", os.path.join(ROOT, "venv")),
    "health": health(found, bind), "redis": redis(redis_address),
    "lastRun": last_run(SLUG), "quarantine": quarantine(), "pinRanBefore": pin_ran_before(head),
    "endsProgramsAtLogout": ends_programs_at_logout(user),
    "freeBytes": free_bytes(),
})
answer(result)
