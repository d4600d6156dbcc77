# What a site's directory says: its owner, its settings, its lock. Needs answer.py.
import fcntl, pwd

def stack_values(app):
    """The top-level keys of .sum/stack.yml: slug, environment, domain and so on."""
    try:
        with open(os.path.join(app, ".sum", "stack.yml")) as lines:
            pairs = (line.rstrip().partition(":") for line in lines if line[:1].isalpha())
            return {key: value.strip().strip("'\"") for key, _, value in pairs}
    except OSError:
        return {}

def login_user():
    return pwd.getpwuid(os.geteuid()).pw_name

def owner_of(path):
    return pwd.getpwuid(os.stat(path).st_uid).pw_name

def owner_of_code():
    """The user who owns the code. Ends the probe if that is unknown."""
    try:
        return owner_of(APP)
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

def foreign_owned(user):
    """A file of the code or the static files that belongs to someone else, as `path (owner)`: git or collectstatic would fail
    there half way. None: there is none, or the search took too long."""
    folders = [path for path in (APP, os.path.join(ROOT, "static")) if os.path.isdir(path)]
    code, out, _ = run(["find"] + folders + ["!", "-user", user, "-printf", "%p (%u)\n", "-quit"], timeout=10)
    return out.strip()[:300] or None if code == 0 else None
