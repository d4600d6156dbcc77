# The first look at what runs a site: its units, the rights to stop and start them, .env, Redis and the health page. Changes nothing
# on the host.
import time

# The answer of a user who does not own the site: the bot refuses because of that alone.
NOTHING_SEEN = {
    "missingRights": [], "sudoProblem": None, "units": [], "otherUnits": [], "starts": [], "wrappers": [], "bind": None, "movesTo": [],
    "executables": [], "application": None, "staticRoot": None, "environmentFile": SOUND_FILE,
    "health": {"status": None, "word": "", "failing": []}, "redis": None,
}

def seen_by_owner():
    known = site_units()
    found, commands = units(known)
    web = next((unit for unit in found if unit["name"] == UNITS["gunicorn"]), {"startedAt": None})
    pid = known.get(UNITS["gunicorn"], ("", {}))[1].get("MainPID", "0")
    gunicorn = gunicorn_of(commands.get(UNITS["gunicorn"], ([], {})))
    age = time.time() - web["startedAt"] if web["startedAt"] else 0
    places = [ROOT + "/"] + ["/run/%s/" % name for name in show(UNITS["gunicorn"], "RuntimeDirectory").get("RuntimeDirectory", "").split()]
    binds, moves_to = listening(found, pid, gunicorn, age, places)
    bind, page = health(found, binds)
    missing_rights, sudo_problem = rights(found)
    variables = site_env()
    return {
        "missingRights": missing_rights, "sudoProblem": sudo_problem, "units": found, "otherUnits": other_units(),
        "starts": starts(known), "wrappers": wrappers_in(commands), "bind": bind, "movesTo": moves_to,
        "executables": executables_in(commands), "application": application_of(gunicorn),
        "staticRoot": variables.get("DJANGO_STATIC_ROOT") or None,
        "environmentFile": environment_file(pid, web["startedAt"], unit_facts(UNITS["gunicorn"])[2]),
        "health": page, "redis": redis(variables.get("REDIS_URL", "")),
    }

answer(seen_by_owner() if login_user() == owner_of_code() else NOTHING_SEEN)
