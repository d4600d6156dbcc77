# The site's git checkout. Needs core.py.

# What a configuration may change about git's answers, as the bot needs it. The switch program has the same list.
SETTINGS = ("advice.detachedHead=false", "color.ui=false", "column.ui=never", "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.quotePath=false",
            "fetch.recurseSubmodules=false", "gc.auto=0", "i18n.logOutputEncoding=UTF-8", "log.showSignature=false", "maintenance.auto=false", "submodule.recurse=false")
PLAIN_GIT = ["git"] + [word for setting in SETTINGS for word in ("-c", setting)]

def git_in(folder, *argv, timeout=20):
    return run(PLAIN_GIT + ["-C", folder] + list(argv), timeout)

def git(*argv, timeout=20):
    return git_in(APP, *argv, timeout=timeout)

def changes_in(folder, untracked="normal"):
    """What git sees as changed there, as it would without settings that hide something. None: git doesn't say."""
    code, out, _ = git_in(folder, "status", "--porcelain=v1", "-z", "--no-renames", "--ignore-submodules=none", "--untracked-files=" + untracked, timeout=60)
    return None if code != 0 else [entry[3:] for entry in out.split("\0") if entry]

def git_line(*argv):
    """What git prints, without the last newline. None: it failed or printed nothing."""
    code, out, _ = git(*argv)
    return out.strip() if code == 0 and out.strip() else None

def reflog():
    """HEAD's reflog, newest first: which commit was checked out here, and when."""
    code, out, _ = git("reflog", "show", "--date=iso-strict", "--format=%H%x00%gd", "HEAD")
    entries = []
    for line in out.splitlines() if code == 0 else []:
        sha, _, selector = line.partition("\0")
        found = re.search(r"@\{(.+)\}", selector)
        if found:
            entries.append({"commit": sha, "at": found.group(1)})
    return entries
