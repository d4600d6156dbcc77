# What the directory of a site says.
import fcntl, pwd

def stack_values(app):
    """Slug, env and domain of .sum/stack.yml: flat keys at its top level."""
    try:
        with open(os.path.join(app, ".sum", "stack.yml")) as lines:
            pairs = (line.rstrip().partition(":") for line in lines if line[:1].isalpha())
            return {key: value.strip().strip("'\"") for key, _, value in pairs}
    except OSError:
        return {}

def login_user():
    return pwd.getpwuid(os.geteuid()).pw_name

def owner():
    """Who owns the code. Errors: ends the probe where nobody can tell."""
    try:
        return pwd.getpwuid(os.stat(APP).st_uid).pw_name
    except (OSError, KeyError) as problem:
        stop("%s: %s" % (APP, problem))

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

def foreign_owned(user):
    """Something of the code or the static files that belongs to somebody else, as `path (owner)`: git and collectstatic
    would fail there half way. None where there is nothing, or the search took too long."""
    places = [path for path in (APP, os.path.join(ROOT, "static")) if os.path.isdir(path)]
    code, out, _ = run(["find"] + places + ["!", "-user", user, "-printf", "%p (%u)\n", "-quit"], timeout=10)
    return out.strip()[:300] or None if code == 0 else None
