# The environments that the bot builds or keeps, and whether they are unchanged. Needs packages.py and run-folder.py.
import hashlib

def packages_of(venv):
    """A hash of all packages, made of pip's own lists of files and hashes. The switch program computes the same one. None: there
    are no packages."""
    paths = glob.glob(os.path.join(glob.escape(venv), "lib", "python3*", "site-packages", "*.dist-info", "RECORD"))
    if not paths:
        return None
    lines = []
    for path in sorted(paths, key=os.fsencode):
        with open(path, "rb") as record:
            lines.append("%s  %s\n" % (hashlib.sha256(record.read()).hexdigest(), os.path.relpath(path, venv)))
    return hashlib.sha256("".join(lines).encode()).hexdigest()

def built_mark(requirements, listed):
    """The content of the mark in a complete environment: the hash of the requirements, and what was installed for them."""
    return {"requirements": hashlib.sha256(requirements.encode()).hexdigest(), "installed": listed}

def is_as_built(venv, requirements=None):
    """Whether the bot built this environment, for these requirements if they are given, and nobody has changed its packages since.
    The platform's deploy script changes them: it installs into whatever venv points to."""
    try:
        mark = json.loads(read_text(mark_of(venv)) or "")
        return mark["installed"] == installed(venv) and (requirements is None or mark == built_mark(requirements, mark["installed"]))
    except (KeyError, TypeError, ValueError):
        return False
