# The environments that the bot builds or keeps, and whether one is still what it was; behind packages.py and run-folder.py.
import hashlib

def packages_of(venv):
    """As the switch program computes it: pip's own lists of files and hashes, each with its name. None: there are none."""
    paths = glob.glob(os.path.join(glob.escape(venv), "lib", "python3*", "site-packages", "*.dist-info", "RECORD"))
    if not paths:
        return None
    lines = []
    for path in sorted(paths, key=os.fsencode):
        with open(path, "rb") as record:
            lines.append("%s  %s\n" % (hashlib.sha256(record.read()).hexdigest(), os.path.relpath(path, venv)))
    return hashlib.sha256("".join(lines).encode()).hexdigest()

def built_mark(requirements, listed):
    """What an environment that is complete says of itself: the hash of the requirements, and what was installed for them."""
    return {"requirements": hashlib.sha256(requirements.encode()).hexdigest(), "installed": listed}

def is_as_built(venv, requirements=None):
    """Whether it is an environment of the bot that still holds what was installed when it was built, and for these
    requirements. The platform's own deploy installs into whatever venv points to, also into an environment of ours."""
    try:
        mark = json.loads(read_text(mark_of(venv)) or "")
        return mark["installed"] == installed(venv) and (requirements is None or mark == built_mark(requirements, mark["installed"]))
    except (KeyError, TypeError, ValueError):
        return False
